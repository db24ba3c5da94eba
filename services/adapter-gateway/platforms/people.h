// Names for the ids by which vendors tell who took part.
#pragma once

#include <map>
#include <string>

#include "callimport/common/v1/call.pb.h"
#include "libs/json/object.h"

namespace callimport::adapter_gateway {

// Members of the connected account by the vendor's ids.
using People = std::map<std::string, common::v1::Participant>;

// `id`, `firstName`, `lastName` and `email`, as most vendors have them.
void AddPerson(const json::Object& user, People& people);

// The member of whom this field says this word, such as the owner; without a name where there is
// none.
common::v1::Participant FindPerson(const json::Document& users, const std::string& list,
                                   const std::string& field, const std::string& word);

// A member is known by his id, and is one of ours; everybody else by his number.
common::v1::Participant ParticipantOf(const std::string& member_id, const std::string& phone,
                                      const People& people);

}  // namespace callimport::adapter_gateway
