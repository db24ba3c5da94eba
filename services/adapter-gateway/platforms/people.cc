#include "services/adapter-gateway/platforms/people.h"

#include "services/adapter-gateway/platforms/records.h"

namespace callimport::adapter_gateway {

using common::v1::Participant;

void AddPerson(const json::Object& user, People& people) {
  Participant& person = people[user.RequiredId("id")];
  person.set_name(Joined({user.Text("firstName"), user.Text("lastName")}, " "));
  person.set_email(user.Text("email"));
}

Participant FindPerson(const json::Document& users, const std::string& list,
                       const std::string& field, const std::string& word) {
  People found;
  ReadEach(users, list, [&](const json::Object& user, const json::Faults&) {
    if (user.Text(field) == word) AddPerson(user, found);
  });
  return found.empty() ? Participant() : found.begin()->second;
}

Participant ParticipantOf(const std::string& member_id, const std::string& phone,
                          const People& people) {
  const auto person = people.find(member_id);
  Participant participant = person == people.end() ? Participant() : person->second;
  participant.set_phone(phone);
  participant.set_speaker_id(member_id.empty() ? phone : member_id);
  participant.set_affiliation(member_id.empty() ? Participant::AFFILIATION_EXTERNAL
                                                : Participant::AFFILIATION_INTERNAL);
  return participant;
}

}  // namespace callimport::adapter_gateway
