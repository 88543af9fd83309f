// A log with one writer over each kind of store; the parameter is its name.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support.hpp"

namespace souk::store {

class LogOverBackend : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { reopen(); }
  void reopen() {
    writer_.reset();
    log_.reset();
    log_ = open_log(backend_->open(), options_);
    ASSERT_NE(log_, nullptr);
    writer_ = std::make_unique<TestWriter>(*log_);
  }
  void append(const std::vector<Line>& lines) {
    for (const Status& status : writer_->append(lines)) expect_ok(status);
  }

  LogOptions options_;
  std::unique_ptr<Backend> backend_ = make_backend(GetParam());
  std::unique_ptr<Log> log_;
  std::unique_ptr<TestWriter> writer_;
};

}  // namespace souk::store
