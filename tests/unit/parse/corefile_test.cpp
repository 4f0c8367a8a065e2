#include "parse/corefile.hpp"

#include <gtest/gtest.h>

#include "support/fixture.hpp"

namespace fleetwatch::parse {
namespace {

TEST(Corefile, ReadsTheRecording) {
  EXPECT_EQ(zone_of_corefile(test::fixture("recordings/coredns/Corefile")), "orama.test");
}

TEST(Corefile, FindsTheFirstZone) {
  struct Case {
    const char* corefile;
    const char* zone;
  };
  const Case cases[] = {
      {"a.test b.test:53 {\n}\n", "a.test"},
      {"*.a.test:5353 {\n}\n", "a.test"},
      {"dns://a.test.:53 {\n}\n", "a.test"},
      {". {\n  forward . 10.0.0.1\n}\na.test {\n}\n", "a.test"},
      {".:53 {\n}\nlocalhost {\n}\nx.a.test {\n}\n", "x.a.test"},
      {"# old.test {\n(common) {\n  errors\n}\na.test { # b.test {\n}\n", "a.test"},
      {"a.test,\nb.test {\n}\n", "a.test"},
      {".,\nb.test {\n}\n", "b.test"},
      {"import other.conf\na.test {\n}\n", "a.test"},
      {". {\n  file db.inner.test {\n    reload 10s\n  }\n}\na.test {\n}\n", "a.test"},
      {"10.0.0.0/24 {\n}\n10.0.0.1 {\n}\na.test {\r\n}\r\n", "a.test"},
  };
  for (const auto& one : cases) EXPECT_EQ(zone_of_corefile(one.corefile), one.zone) << one.corefile;
}

TEST(Corefile, MayNameNone) {
  for (const auto* corefile :
       {"", ". {\n}\n", "a.test\n", "}}}{", "{$ZONE}:53 {\n}\n", "a..test {\n}\n", "a;b.test {\n}\n", "-v {\n}\n"}) {
    EXPECT_EQ(zone_of_corefile(corefile), std::nullopt) << corefile;
  }
  EXPECT_EQ(zone_of_corefile(std::string(300, 'a') + ".test {\n}\n"), std::nullopt);
}

}  // namespace
}  // namespace fleetwatch::parse
