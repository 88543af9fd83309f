// Envelopes and answers survive the way to another node.
#include "actors/core/remote.hpp"

#include <gtest/gtest.h>

#include "actors/wallet/wallet.hpp"

namespace souk::core {
namespace {

const Money kFive{500, *Currency::parse("GBP")};

Envelope<Wallet> hold() {
  Envelope<Wallet> envelope;
  envelope.target = "ann";
  envelope.header = {"checkout:o1/2/0", Intent::attempt, Time{77}, "o1",
                     "request-9",       "00-ab-cd-01"};
  envelope.command = wallet::Hold{HoldId("o1"), kFive};
  envelope.reply_to.want_view = true;
  envelope.until = Time{99};
  return envelope;
}

bool read_back(const RemoteCommand& remote, Envelope<Wallet>& envelope) {
  wire::Command head;
  return codec::decode(remote.head, head) && from_remote(head, remote.command, envelope);
}

TEST(Remote, ACommandKeepsAllThatItsReceiptNeeds) {
  const Envelope<Wallet> sent = hold();
  const RemoteCommand remote = to_remote({Service::wallet, 3}, sent);
  EXPECT_EQ(remote.partition, (PartitionId{Service::wallet, 3}));
  EXPECT_EQ(remote.until, sent.until);
  Envelope<Wallet> got;
  ASSERT_TRUE(read_back(remote, got));
  EXPECT_EQ(got.target, sent.target);
  EXPECT_EQ(got.header.command_id, sent.header.command_id);
  EXPECT_EQ(got.header.intent, sent.header.intent);
  EXPECT_EQ(got.header.deadline, sent.header.deadline);
  EXPECT_EQ(got.header.causation_id, sent.header.causation_id);
  EXPECT_EQ(got.header.correlation_id, sent.header.correlation_id);
  EXPECT_EQ(got.header.trace, sent.header.trace);
  EXPECT_EQ(got.command, sent.command);
  EXPECT_TRUE(got.reply_to.want_view);
}

TEST(Remote, AReadHasNoCommand) {
  Envelope<Wallet> sent;
  sent.target = "ann";
  Envelope<Wallet> got;
  ASSERT_TRUE(read_back(to_remote({Service::wallet, 0}, sent), got));
  EXPECT_FALSE(got.command);
}

TEST(Remote, WhatIsNotKnownIsRefusedWhole) {
  RemoteCommand remote = to_remote({Service::wallet, 0}, hold());
  wire::Command head;
  ASSERT_TRUE(codec::decode(remote.head, head));
  Envelope<Wallet> got;
  wire::Command other = head;
  other.intent = 4;
  EXPECT_FALSE(from_remote(other, remote.command, got));
  other = head;
  other.tag = 99;
  EXPECT_FALSE(from_remote(other, remote.command, got));
  EXPECT_FALSE(from_remote(head, std::string_view(remote.command).substr(3), got));
}

Answer<Wallet> answer() {
  Answer<Wallet> answer;
  answer.token = 5;
  answer.final = false;
  answer.verdict = Verdict::refused;
  answer.refusal = 3;
  answer.detail = "why";
  answer.based_on = {{Service::wallet, 2},
                     41,
                     std::make_shared<const Positions>(Positions{{{Service::stock, 1}, 7}})};
  wallet::State state;
  state.balance_minor = 12;
  answer.view = std::make_shared<const wallet::State>(state);
  return answer;
}

TEST(Remote, AnAnswerComesBackAsItWas) {
  const Answer<Wallet> sent = answer();
  const std::vector<std::string> parts = answer_to_parts(sent);
  Answer<Wallet> got;
  ASSERT_TRUE(answer_from_parts({parts.begin(), parts.end()}, got));
  EXPECT_EQ(got.final, sent.final);
  EXPECT_EQ(got.verdict, sent.verdict);
  EXPECT_EQ(got.refusal, sent.refusal);
  EXPECT_EQ(got.detail, sent.detail);
  EXPECT_EQ(got.based_on.positions(), sent.based_on.positions());
  ASSERT_TRUE(got.view);
  EXPECT_EQ(*got.view, *sent.view);
}

TEST(Remote, AnAnswerThatIsCutShortIsNone) {
  const std::vector<std::string> parts = answer_to_parts(answer());
  const std::vector<std::string_view> views(parts.begin(), parts.end());
  Answer<Wallet> got;
  EXPECT_FALSE(answer_from_parts(std::vector<std::string_view>(), got));
  EXPECT_FALSE(answer_from_parts({views[0]}, got));
  EXPECT_FALSE(answer_from_parts({views[0], views[1]}, got)) << "the view is missing";
  EXPECT_FALSE(answer_from_parts({views[0].substr(3), views[1], views[2]}, got));
}

TEST(Remote, OnlyServicesAreServices) {
  PartitionId partition;
  EXPECT_TRUE(from_wire({6, 3, 0}, partition));
  EXPECT_EQ(partition, (PartitionId{Service::checkout, 3}));
  EXPECT_FALSE(from_wire({0, 3, 0}, partition));
  EXPECT_FALSE(from_wire({7, 3, 0}, partition));
}

}  // namespace
}  // namespace souk::core
