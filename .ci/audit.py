"""Asks whether a locked package has a known vulnerability; where the advisory service cannot be asked, says so loudly.

Exit 1 for a known vulnerability, else 0. A mirror of the package index has no advisories: then nothing was asked.
pip-audit runs in an environment of its own: it brings defusedxml, and with that openpyxl reads by another parser.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
AUDIT = (
    str(Path(sys.executable).with_name("uv")), "tool", "run", "--quiet", "--from", "pip-audit==2.10.1", "pip-audit",
    "--disable-pip", "--require-hashes", "--requirement", "requirements.lock",
    "--format", "json", "--progress-spinner", "off", "--timeout", "15",
)  # fmt: skip
SERVICES = ("pypi", "osv")


def main() -> int:
    asked = [package for service in SERVICES for package in _asked(service)]
    faulty = {f"{one['name']} {one['version']}: {hole['id']}" for one in asked for hole in one["vulns"]}
    for line in sorted(faulty):
        print("KNOWN VULNERABILITY  " + line)
    if not asked:
        print("!!! AUDIT SKIPPED: no advisory service could be asked; nothing is known about the locked packages !!!")
        return 0
    print(f"{len({one['name'] for one in asked})} packages asked about, {len(faulty)} known vulnerabilities")
    return 1 if faulty else 0


def _asked(service: str) -> list[dict[str, Any]]:
    """Give the packages that a service knows; none where it does not answer."""
    ran = subprocess.run([*AUDIT, "--vulnerability-service", service], cwd=ROOT, capture_output=True, text=True)
    try:
        packages = json.loads(ran.stdout)["dependencies"]
    except (ValueError, KeyError):
        print(f"{service}: no answer ({(ran.stderr.strip().splitlines() or ['nothing said'])[-1][:160]})")
        return []
    known = [one for one in packages if "vulns" in one]
    print(f"{service}: knows {len(known)} of {len(packages)} packages")
    return known


if __name__ == "__main__":
    sys.exit(main())
