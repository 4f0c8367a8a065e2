// No member of a described struct may be missing from its field table: it would be read, written and documented by
// nobody, and no other test would notice. The number of members is counted by the compiler, so that nothing has to be
// listed here a second time.
#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>
#include <type_traits>

#include "model/alert.hpp"
#include "model/change.hpp"
#include "model/cluster_row.hpp"
#include "model/compact_report.hpp"
#include "model/dns_row.hpp"
#include "model/election_change.hpp"
#include "model/election_row.hpp"
#include "model/llm_report.hpp"
#include "model/mesh_row.hpp"
#include "model/namespace_row.hpp"
#include "model/node_row.hpp"
#include "model/report.hpp"
#include "model/service_row.hpp"

namespace fleetwatch::model {

// Stands for an initializer of any member; never defined, and outside the unnamed namespace for that reason. The
// conversion is const and gives a reference, so that it loses against the converting constructors of std::optional
// instead of being ambiguous with them.
struct AnyMember {
  template <class Member>
  operator Member&() const&;  // NOLINT(google-explicit-constructor)
};

namespace {

template <class Struct, std::size_t... I>
constexpr bool takes(std::index_sequence<I...> /*initializers*/) {
  return requires { Struct{((void)I, AnyMember{})...}; };
}

// An aggregate takes an initializer less than it has members, but not one more.
template <class Struct, std::size_t Count = 64>
constexpr std::size_t member_count() {
  if constexpr (Count == 0 || takes<Struct>(std::make_index_sequence<Count>{})) return Count;
  else return member_count<Struct, Count - 1>();
}

struct Three {
  std::optional<int> a;
  std::vector<std::string> b;
  Section<Alert> c;
};
static_assert(member_count<Three>() == 3);

template <class T>
struct Inner {
  using type = T;
};
template <class T>
struct Inner<std::optional<T>> : Inner<T> {};
template <class T>
struct Inner<std::vector<T>> : Inner<T> {};
template <class T>
struct Inner<Section<T>> : Inner<T> {};
template <class K, class T>
struct Inner<std::map<K, T>> : Inner<T> {};

template <class Struct>
constexpr bool kKeepsUnknown = requires(Struct s) {
  s.unknown;
};

template <class Struct>
void expect_complete(std::set<std::string>& seen) {
  const std::string name = testing::internal::GetTypeName<Struct>();
  if (!seen.insert(name).second) return;
  static_assert(std::is_aggregate_v<Struct>);
  constexpr std::size_t kFields = std::tuple_size_v<decltype(Described<Struct>::fields)>;
  EXPECT_EQ(member_count<Struct>(), kFields + (kKeepsUnknown<Struct> ? 1 : 0)) << name << ": a member is not described";

  std::set<std::string_view> keys;
  std::set<const void*> members;
  const Struct instance{};
  for_each_field<Struct>([&](const auto& one) {
    EXPECT_TRUE(keys.insert(one.key).second) << name << ": key " << one.key << " twice";
    EXPECT_TRUE(one.alias.empty() || keys.insert(one.alias).second) << name << ": key " << one.alias << " twice";
    EXPECT_TRUE(members.insert(&(instance.*one.member)).second) << name << ": the member of " << one.key << " twice";
    EXPECT_FALSE(one.meaning.empty()) << name << ": " << one.key << " says nothing";
    using Nested = typename Inner<std::remove_cvref_t<decltype(instance.*one.member)>>::type;
    if constexpr (HasFields<Nested>) expect_complete<Nested>(seen);
  });
}

TEST(Described, EveryMemberOfEveryStructIsInItsTable) {
  std::set<std::string> seen;
  expect_complete<NodeReport>(seen);
  expect_complete<Alert>(seen);
  expect_complete<Change>(seen);
  expect_complete<ClusterRow>(seen);
  expect_complete<DnsRow>(seen);
  expect_complete<MeshRow>(seen);
  expect_complete<NamespaceRow>(seen);
  expect_complete<NodeRow>(seen);
  expect_complete<ServiceRow>(seen);
  expect_complete<LlmReport>(seen);
  expect_complete<CompactReport>(seen);
  expect_complete<ElectionInfo>(seen);
  expect_complete<ElectionChange>(seen);
  EXPECT_GE(seen.size(), 27U) << "structs below a report are not found any more";
}

TEST(Described, SectionNamesAreTheSectionsOfAReport) {
  std::vector<std::string_view> sections;
  for_each_field<NodeReport>([&](const auto& one) {
    using Member = std::remove_cvref_t<decltype(std::declval<NodeReport>().*one.member)>;
    if constexpr (requires(Member m) { m.is_crashed(); }) sections.push_back(one.key);
  });
  EXPECT_EQ(sections, std::vector<std::string_view>(kSectionNames.begin(), kSectionNames.end()));
}

// A member without a line in the table, as somebody might forget it: the count must tell.
struct Forgetful {
  std::string known;
  std::optional<bool> forgotten;
};

TEST(Described, AForgottenMemberIsNoticed) { EXPECT_EQ(member_count<Forgetful>(), 2U); }

}  // namespace
}  // namespace fleetwatch::model
