#include "tools/callimport/secret_input.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "libs/common/status_macros.h"

namespace callimport::cli {
namespace {

using common::v1::CredentialField;
using common::v1::PlatformDescriptor;

struct Assignment {
  std::string field;
  std::string value;
};

const CredentialField* FindField(const PlatformDescriptor& platform, const std::string& name) {
  for (const CredentialField& field : platform.credential_fields()) {
    if (field.name() == name) return &field;
  }
  return nullptr;
}

std::string FieldNames(const PlatformDescriptor& platform) {
  std::string names;
  for (const CredentialField& field : platform.credential_fields()) {
    names += (names.empty() ? "" : ", ") + field.name();
  }
  return names;
}

// The only secret of the platform, for assignments that name no field.
std::string OnlySecret(const PlatformDescriptor& platform) {
  std::string name;
  for (const CredentialField& field : platform.credential_fields()) {
    if (!field.secret()) continue;
    if (!name.empty()) return "";
    name = field.name();
  }
  return name;
}

absl::StatusOr<Assignment> Split(const PlatformDescriptor& platform, const std::string& flag,
                                 const std::string& text, const std::string& field_if_none) {
  const size_t equals = text.find('=');
  Assignment assignment{field_if_none, text};
  if (equals != std::string::npos) {
    assignment = {text.substr(0, equals), text.substr(equals + 1)};
  }
  if (assignment.field.empty()) return UsageError(flag + " needs FIELD=VALUE");
  if (FindField(platform, assignment.field) == nullptr) {
    return UsageError(flag + ": " + platform.platform() + " has no field " + assignment.field +
                      "; it has " + FieldNames(platform));
  }
  return assignment;
}

absl::StatusOr<Secret> FromEnvironment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0') {
    return UsageError("--secret-env: the environment variable " + name + " is not set");
  }
  return Secret(value);
}

absl::StatusOr<Secret> FromFile(const std::string& file) {
  std::ifstream stream(file);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (!stream) return UsageError("--secret-file: " + file + " cannot be read");
  // Editors end the last line; vendors' keys have no line ends.
  text.erase(text.find_last_not_of("\r\n") + 1);
  return Secret(std::move(text));
}

absl::Status TakePlain(const PlatformDescriptor& platform, const Arguments& arguments,
                       FieldValues& values) {
  for (const std::string& text : arguments.Values("--set")) {
    ASSIGN_OR_RETURN(const Assignment set, Split(platform, "--set", text, ""));
    if (FindField(platform, set.field)->secret()) {
      return UsageError("--set: " + set.field +
                        " is a secret and others can read command lines; use --secret-env or "
                        "--secret-file, or leave it out to be asked");
    }
    values[set.field] = Secret(set.value);
  }
  return absl::OkStatus();
}

absl::Status TakeSecrets(const PlatformDescriptor& platform, const Arguments& arguments,
                         const std::string& flag,
                         absl::StatusOr<Secret> (*read)(const std::string&), FieldValues& values) {
  for (const std::string& text : arguments.Values(flag)) {
    ASSIGN_OR_RETURN(const Assignment set, Split(platform, flag, text, OnlySecret(platform)));
    ASSIGN_OR_RETURN(values[set.field], read(set.value));
  }
  return absl::OkStatus();
}

absl::Status AskFor(const CredentialField& field, Terminal& terminal, FieldValues& values) {
  std::optional<Secret> answer;
  if (field.secret()) {
    answer = terminal.AskSecretly(field.label());
  } else if (const auto typed = terminal.Ask(field.label())) {
    answer = Secret(*typed);
  }
  if (!answer || answer->empty()) {
    return UsageError(field.name() + " is missing: " +
                      (field.secret() ? "--secret-env " + field.name() + "=NAME or --secret-file " +
                                            field.name() + "=FILE"
                                      : "--set " + field.name() + "=VALUE"));
  }
  values[field.name()] = *std::move(answer);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<FieldValues> ReadFields(const PlatformDescriptor& platform,
                                       const Arguments& arguments, Terminal& terminal) {
  FieldValues values;
  RETURN_IF_ERROR(TakePlain(platform, arguments, values));
  RETURN_IF_ERROR(TakeSecrets(platform, arguments, "--secret-env", FromEnvironment, values));
  RETURN_IF_ERROR(TakeSecrets(platform, arguments, "--secret-file", FromFile, values));
  for (const CredentialField& field : platform.credential_fields()) {
    if (!field.required() || values.contains(field.name())) continue;
    RETURN_IF_ERROR(AskFor(field, terminal, values));
  }
  return values;
}

}  // namespace callimport::cli
