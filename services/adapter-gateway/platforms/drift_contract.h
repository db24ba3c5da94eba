// The fields without which an adapter cannot do, and what is told when one is gone.
#pragma once

#include <set>
#include <string>

#include "services/adapter-gateway/platforms/contract_fixture.h"

namespace callimport::adapter_gateway {

TEST_P(PlatformAdapterContract, FindsEveryFieldThatItNeeds) {
  EXPECT_THAT(CheckAccess(vendor_->good_key(), vendor_->base_url()), testing::IsOk());
  const Ids ids = SomeIds(20);
  VendorSession session = Session();
  EXPECT_THAT(adapter().LocateMedia(session, ids), testing::IsOk());
  EXPECT_THAT(adapter().FetchTranscripts(session, ids), testing::IsOk());

  const auto sights = platform_.terms.sentinel->sights();

  EXPECT_FALSE(sights.empty());
  for (const ContractSentinel::Sight& sight : sights) {
    EXPECT_GT(sight.found, 0) << sight.field;
    EXPECT_EQ(sight.missing, 0) << sight.field;
  }
}

TEST_P(PlatformAdapterContract, IsToldOfAFieldThatIsGoneWhileItStillWorks) {
  std::set<std::string> told;
  for (const NeededField& needed : NeededFieldsOf(vendor_->platform())) {
    const std::string field = needed.field.substr(needed.field.rfind('.') + 1);
    if (field == vendor_->id_field() || needed.list == "records") continue;
    vendor_->Mend();
    vendor_->Break(R"({"kind":"without_field","field":")" + field +
                   R"(","match":{"endpoint":"api"}})");
    std::string cursor;
    do {
      const auto page = List(cursor);
      ASSERT_THAT(page, testing::IsOk());
      cursor = page->next_cursor();
    } while (!cursor.empty());
    for (const std::string& drifting : platform_.terms.sentinel->Drifting()) told.insert(drifting);
  }

  EXPECT_FALSE(told.empty());
}

}  // namespace callimport::adapter_gateway
