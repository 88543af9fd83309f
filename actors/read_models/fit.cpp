#include "actors/read_models/fit.hpp"

namespace souk::read_models {

void unfit(const RecordInfo& record, std::string_view what) {
  std::string text(name_of(record.partition.service));
  throw Unprojectable(text.append(" ").append(record.stream).append(": ").append(what));
}

}  // namespace souk::read_models
