#!/usr/bin/env python3
"""Checks who includes whom. ARCHITECTURE.md says why; the tables below are the rules."""

import pathlib
import re
import subprocess
import sys

# A folder may include its own files and those that start with one of these.
# The first matching row decides.
MAY_INCLUDE = [
    ("libs/common", ["google/rpc/"]),
    ("libs/telemetry", ["libs/common/"]),
    ("libs/crypto", ["libs/common/"]),
    ("libs/json", ["libs/common/"]),
    ("libs/jwt", ["libs/common/", "libs/json/"]),
    ("libs/http", ["libs/common/", "libs/telemetry/"]),
    ("libs/postgres", ["libs/common/", "libs/telemetry/"]),
    ("libs/feed", ["libs/common/", "libs/telemetry/", "libs/postgres/", "libs/rpc/"]),
    ("libs/audit", ["libs/common/", "libs/telemetry/", "libs/postgres/", "libs/crypto/"]),
    ("libs/rpc", ["libs/common/", "libs/telemetry/", "libs/crypto/", "libs/jwt/", "callimport/common/", "google/rpc/"]),
    ("libs/catalog", ["libs/common/", "libs/rpc/", "callimport/common/"]),
    ("libs/vocabulary", ["callimport/common/"]),
    ("libs/testing", ["libs/"]),
    (r"libs/clients/(?P<asked>\w+)", ["libs/common/", "libs/rpc/", "libs/feed/", "callimport/common/",
                                      "callimport/{asked}/"]),
    (r"services/(?P<own>[\w-]+)/domain", ["libs/common/", "callimport/common/"]),
    (r"services/(?P<own>[\w-]+)/storage", ["services/{own}/domain/", "services/{own}/sealing/", "libs/common/", "libs/telemetry/",
                                           "libs/postgres/", "libs/feed/", "libs/audit/", "libs/crypto/",
                                           "callimport/common/", "callimport/{own_}/"]),
    (r"services/(?P<own>[\w-]+)", ["services/{own}/", "libs/", "callimport/common/", "callimport/{own_}/",
                                   "{below}"]),
    ("tools/callimport", ["libs/common/", "libs/rpc/", "libs/telemetry/", "libs/crypto/", "libs/vocabulary/", "callimport/"]),
    ("tests/fake_vendors", ["tests/fake_vendors/", "libs/", "callimport/common/"]),
    ("tests/", ["tests/", "libs/", "callimport/", "services/", "tools/"]),
]

# Whose protos a service may speak, besides its own: it asks only those below it.
BELOW = {
    "credential-manager": [],
    "adapter-gateway": ["credential_manager"],
    "job-scheduler": ["adapter_gateway", "credential_manager"],
    "media-pipeline": ["job_scheduler", "adapter_gateway"],
    "status-tracker": ["job_scheduler", "adapter_gateway", "credential_manager"],
}

# An outside library has one home; everything else reaches it through that.
HOMES = [
    (r"spdlog/|fmt/", ["libs/telemetry"]),
    (r"prometheus/", ["libs/telemetry"]),
    (r"openssl/", ["libs/crypto", "libs/jwt", "libs/rpc/pem", "libs/http/tls_server_fixture", "tests/fake_vendors"]),
    (r"nlohmann/|simdjson", ["libs/json", "tests/", "tools/"]),
    (r"curl/", ["libs/http", "tests/"]),
    (r"civetweb", ["libs/http", "tests/"]),
    (r"libpq-fe\.h", ["libs/postgres"]),
    (r"pqxx/", ["libs/postgres", "libs/feed", "libs/audit", "libs/testing", r"services/[\w-]+/storage", "tests/"]),
    (r"grpcpp/", ["libs/rpc", "libs/clients", r"services/[\w-]+/(api|watch|main\.cc)", "tools/callimport", "tests/"]),
    (r"libav\w+/|libsw\w+/", ["services/media-pipeline/decoding", "tests/fake_vendors"]),
    (r"pocketsphinx|sphinxbase", ["services/media-pipeline/transcribers"]),
]

# What only tests may include.
TESTS_ONLY = re.compile(r"libs/testing/|_contract\.h$|(^|/)fake_|gtest/|gmock/")
IS_TEST = re.compile(r"_test\.cc$|_contract\.h$|_bench\.cc$|^tests/|^libs/testing/|(^|/)(fake|scripted)_|_fixture\.h$")
INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]', re.MULTILINE)
OURS = re.compile(r"^(libs|services|tests|tools|callimport|google/rpc)/")


def allowed_prefixes(path: str) -> list[str]:
    for pattern, prefixes in MAY_INCLUDE:
        match = re.match(pattern, path)
        if not match:
            continue
        names = match.groupdict()
        own = names.get("own", "")
        result = [path.rsplit("/", 1)[0] + "/"]
        for prefix in prefixes:
            if prefix == "{below}":
                result += [f"callimport/{name}/" for name in BELOW.get(own, [])]
            else:
                result.append(prefix.format(asked=names.get("asked", ""), own=own, own_=own.replace("-", "_")))
        return result
    return []


def complaint(path: str, included: str) -> str | None:
    test = bool(IS_TEST.search(path))
    if TESTS_ONLY.search(included) and not test:
        return "is for tests only"
    for pattern, homes in HOMES:
        if re.match(pattern, included) and not test:
            if not any(re.match(home, path) for home in homes):
                return f"belongs behind {', '.join(homes)}"
    if not OURS.match(included) or (test and included.startswith(("libs/", "callimport/"))):
        return None
    client = re.match(r"libs/clients/(\w+)/", included)
    service = re.match(r"services/([\w-]+)/", path)
    if client and service and client[1] not in BELOW.get(service[1], []):
        return f"{service[1]} does not ask {client[1]}"
    if not any(included.startswith(prefix) for prefix in allowed_prefixes(path)):
        return "is not below this folder"
    return None


def main() -> int:
    files = subprocess.run(["git", "ls-files", "--", "*.h", "*.cc"], capture_output=True, text=True, check=True)
    bad = 0
    for path in files.stdout.split():
        if not pathlib.Path(path).exists():
            continue
        text = pathlib.Path(path).read_text()
        for match in INCLUDE.finditer(text):
            reason = complaint(path, match[1])
            if reason:
                line = text.count("\n", 0, match.start(1)) + 1
                print(f"{path}:{line}: {match[1]} {reason}")
                bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
