#!/usr/bin/env python3
"""Checks who reads secrets. A Secret is opened by one word, Reveal(); these files may say it, and why."""

import pathlib
import re
import subprocess
import sys

MAY_REVEAL = {
    "libs/crypto/": "seals, opens and signs",
    "libs/rpc/pem_check.cc": "asks whether a key is that of its certificate",
    "libs/rpc/watched_certificates.cc": "hands the key to gRPC",
    "services/credential-manager/sealing/": "seals, opens, reads keys",
    "services/credential-manager/api/credential_vault_service.cc": "hands access to the gateway",
    "services/credential-manager/api/oauth_vault_service.cc": "hands access, and the state of an attempt, to the gateway",
    "services/credential-manager/api/webhook_secrets_service.cc": "hands webhook secrets to the gateway",
    "services/credential-manager/oauth/account_connector.cc": "seals the first tokens",
    "services/credential-manager/oauth/authorization_url.cc": "puts the state into the address",
    "services/credential-manager/oauth/client_file.cc": "reads the secrets of our own OAuth clients",
    "services/credential-manager/oauth/oauth_client.cc": "sends them to the token endpoint",
    "services/credential-manager/oauth/pkce.cc": "digests the verifier",
    "services/credential-manager/oauth/token_answer.cc": "reads the vendor's answer",
    "services/credential-manager/storage/oauth_attempts.cc": "seals the verifier",
    "services/credential-manager/storage/store_credential.cc": "compares and seals",
    "services/credential-manager/storage/webhook_secret_store.cc": "compares and seals",
    "services/adapter-gateway/sessions/vendor_accounts.cc": "keeps leased access",
    "services/adapter-gateway/vendor/access.cc": "writes the vendor's header",
    "services/adapter-gateway/webhooks/signatures/": "checks what a delivery is signed with",
    "services/adapter-gateway/webhooks/signing_secrets.cc": "hands what was agreed to the vault",
    "services/adapter-gateway/webhooks/subscriber.cc": "writes the secret address for the vendor",
    "tools/callimport/connect_commands.cc": "sends what was typed",
}

IS_TEST = re.compile(r"_test\.cc$|_contract\.h$|^tests/|(^|/)(fake|scripted)_|_fixture\.(h|cc)$")
REVEALS = re.compile(r"\bReveal\s*\(\s*\)")
# A way to print one would make every other rule worthless.
PRINTS = re.compile(r"operator<<\s*\([^)]*\bSecret\b|formatter<[^>]*\bSecret\b|\b(to_json|PrintTo)\s*\([^)]*\bSecret\b")
# Messages hold secrets on their way; printed whole they would show them.
DUMPS = re.compile(r"\b(Short|Utf8)?DebugString\s*\(")


def complaints(path: str, text: str):
    allowed = any(path.startswith(home) for home in MAY_REVEAL)
    rules = [(PRINTS, "makes secrets printable")]
    if not IS_TEST.search(path):
        rules.append((DUMPS, "prints a message whole, with what is secret in it"))
        if not allowed and path not in ("libs/common/secret.h", "libs/common/secret.cc"):
            rules.append((REVEALS, "opens a secret, and is not in tools/check_secrets.py"))
    for pattern, reason in rules:
        for match in pattern.finditer(text):
            yield text.count("\n", 0, match.start()) + 1, reason


def main() -> int:
    files = subprocess.run(["git", "ls-files", "--", "*.h", "*.cc"], capture_output=True, text=True, check=True)
    bad = 0
    for path in files.stdout.split():
        if not pathlib.Path(path).exists():
            continue
        for line, reason in complaints(path, pathlib.Path(path).read_text()):
            print(f"{path}:{line}: {reason}")
            bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
