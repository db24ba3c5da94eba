#include "tests/fake_vendors/dialogue.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace callimport::fake_vendors {
namespace {

using std::chrono::milliseconds;

struct Topic {
  std::string_view name;
  std::array<std::string_view, 3> questions;
  std::array<std::string_view, 3> answers;
};

// Words that a dictionary of spoken English knows, so that recognition has a fair chance.
constexpr Topic kTopics[] = {
    {"Encryption",
     {"How does the encryption of stored recordings work?",
      "Our auditors asked about encryption and key rotation.",
      "Is the encryption done before the data leaves our network?"},
     {"Every recording has its own encryption key.",
      "We use strong encryption and rotate the keys every month.",
      "The encryption keys never leave the hardware module."}},
    {"Pricing",
     {"Can you explain the pricing for fifty users?",
      "The pricing looks high compared with last year.", "Is there a discount for annual payment?"},
     {"The pricing depends on the number of users.",
      "We can offer a discount of ten percent for two years.",
      "Annual payment gives you a better price."}},
    {"Proposal",
     {"When can we expect the written proposal?", "I read your proposal over the weekend.",
      "The proposal should include the training days."},
     {"You will have the proposal on Thursday morning.",
      "I will update the proposal with your comments.",
      "The proposal covers support and training."}},
    {"Contract",
     {"Our lawyer has questions about the contract.", "How long does the contract run?",
      "Can we cancel the contract after one year?"},
     {"The contract runs for twelve months.", "We can change that paragraph of the contract.",
      "I will send the contract to your lawyer today."}},
    {"Competitor",
     {"We are also talking to a competitor of yours.",
      "What makes you different from the competitor?",
      "The competitor promised a faster delivery."},
     {"That competitor does not offer a mobile application.",
      "Most customers come to us from a competitor.",
      "Compared with the competitor we are easier to manage."}},
    {"Onboarding",
     {"How long does the onboarding of a new team take?",
      "Who helps us with onboarding and training?",
      "We need the onboarding finished before summer."},
     {"The onboarding usually takes three weeks.",
      "A specialist will guide your team through onboarding.",
      "We begin onboarding with the managers."}},
    {"Security review",
     {"Before we sign we need a security review.", "Our security review takes about four weeks.",
      "Who answers the questions of our security review?"},
     {"Our engineers will support your security review.",
      "We finished the same security review for a large bank.",
      "I will send the documents for the security review."}},
    {"Integration",
     {"Does the integration with our calendar work already?",
      "We want an integration with our customer database.",
      "How difficult is the integration for our developers?"},
     {"The integration takes one afternoon.", "Our integration updates the database every hour.",
      "There is good documentation for the integration."}},
    {"Privacy",
     {"Where do you keep the personal data of our customers?",
      "Our privacy officer wants to see your policy.",
      "Can we delete personal data when a customer asks?"},
     {"All personal data stays in Europe.", "You can delete a customer within one minute.",
      "Our privacy policy is on the website."}},
    {"Timeline",
     {"What is a realistic timeline for the project?",
      "We have to decide before the end of the quarter.",
      "Could we start with a small pilot in March?"},
     {"A pilot can start in two weeks.", "The whole project takes about three months.",
      "We can begin as soon as the order arrives."}},
    {"Support",
     {"What happens when we need support at night?",
      "Is telephone support included in the package?",
      "How quickly does your support team answer?"},
     {"Our support team answers within one hour.",
      "Telephone support is included for enterprise customers.",
      "You can reach support day and night."}},
    {"Reporting",
     {"Can managers see a report for every region?", "We need a weekly report for the board.",
      "Does the dashboard show the revenue forecast?"},
     {"The dashboard shows revenue for every region.",
      "You can schedule the report for Monday morning.",
      "Every manager can build a report without help."}},
};

constexpr std::string_view kGreetings[] = {
    "Hello {buyer}, thank you for joining today.",
    "Good morning {buyer}, it is great to speak with you.",
    "Welcome {buyer}, thanks for taking the time.",
};
constexpr std::string_view kReplies[] = {
    "Hello {seller}, happy to be here.",
    "Thank you {seller}, I have been looking forward to this.",
    "Hi {seller}, everybody at {company} is curious.",
};
constexpr std::string_view kClosings[] = {
    "Let us talk again next Tuesday.",
    "I will send you a summary this afternoon.",
    "Thank you, that was a very useful conversation.",
};

// Calm speech takes less than this per letter; the rest of a slot is a pause.
constexpr milliseconds kPerLetter(76);
constexpr milliseconds kPause(450);

std::string Filled(std::string_view text, std::string_view name, const std::string& value) {
  std::string filled(text);
  const size_t place = filled.find(name);
  return place == std::string::npos ? filled : filled.replace(place, name.size(), value);
}

class Writer {
 public:
  void Say(Speaker speaker, std::string_view topic, std::string text) {
    const milliseconds start = dialogue_.length;
    const milliseconds slot = kPause + kPerLetter * static_cast<int64_t>(text.size());
    dialogue_.lines.push_back({.speaker = speaker,
                               .topic = std::string(topic),
                               .text = std::move(text),
                               .start = start,
                               .end = start + slot - kPause});
    dialogue_.length += slot;
  }

  Dialogue Take() { return std::move(dialogue_); }
  Dialogue& dialogue() { return dialogue_; }

 private:
  Dialogue dialogue_;
};

}  // namespace

Dialogue MakeDialogue(Random random, const std::string& seller, const std::string& buyer,
                      const std::string& company) {
  Writer writer;
  writer.Say(Speaker::kSeller, "Introduction", Filled(random.Pick(kGreetings), "{buyer}", buyer));
  writer.Say(Speaker::kBuyer, "Introduction",
             Filled(Filled(random.Pick(kReplies), "{seller}", seller), "{company}", company));
  const size_t first = random.Below(std::size(kTopics));
  const size_t step = 1 + random.Below(std::size(kTopics) - 1);
  for (const size_t place : {first, (first + step) % std::size(kTopics)}) {
    const Topic& topic = kTopics[place];
    writer.Say(Speaker::kBuyer, topic.name, std::string(topic.questions[random.Below(3)]));
    writer.Say(Speaker::kSeller, topic.name, std::string(topic.answers[random.Below(3)]));
  }
  writer.Say(Speaker::kSeller, "Next steps", std::string(random.Pick(kClosings)));
  writer.dialogue().subject = kTopics[first].name;
  return writer.Take();
}

}  // namespace callimport::fake_vendors
