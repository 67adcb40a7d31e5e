"""The nginx that we ship, with this machine's places in it."""

from __future__ import annotations

import getpass
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from config import ROOT
from tests.jobs.conftest import wait_for
from tests.serving import Web

SHIPPED = ROOT / "deploy" / "nginx.conf"
SCRATCH = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass(frozen=True)
class Site:
    port: int
    plain_port: int
    certificate: Path

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def caller(self) -> requests.Session:
        """Trusts this site, whatever its surroundings trust."""
        session = requests.Session()
        session.trust_env = False
        session.verify = str(self.certificate)
        return session


def program() -> str:
    found = shutil.which("nginx")
    if found is None:
        pytest.skip("there is no nginx on this machine")
    return found


def certified(place: Path, port: int, plain_port: int) -> Site:
    """A certificate that nobody has vouched for."""
    certificate = place / "fullchain.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=school.example"),
            *("-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(place / "privkey.pem"), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    return Site(port, plain_port, certificate)


@contextmanager
def nginx(site: Site, webs: Sequence[Web]) -> Iterator[None]:
    place = site.certificate.parent
    file = place / "nginx.conf"
    file.write_text(_placed(SHIPPED.read_text(), _places(site, webs, place)))
    asked = [program(), "-p", str(place), "-c", str(file)]
    fault = subprocess.run([*asked, "-t", "-q"], capture_output=True, text=True, check=False)
    assert fault.returncode == 0, fault.stderr
    process = subprocess.Popen([*asked, "-g", "daemon off;"], stderr=subprocess.DEVNULL)
    try:
        # it listens before it writes this, and has made the file when it was asked about itself
        wait_for((place / "nginx.pid").read_text, 10)
        yield
    finally:
        process.terminate()
        process.wait(10)


def _places(site: Site, webs: Sequence[Web], place: Path) -> Mapping[str, str]:
    scratch = "".join(f"    {name}_temp_path {place}/{name};\n" for name in SCRATCH)
    upstreams = (urlsplit(web.url).netloc for web in webs)
    return {
        "user www-data;": f"user {getpass.getuser()};",
        "/run/nginx.pid": f"{place}/nginx.pid",
        "/var/log/nginx/": f"{place}/",
        "/etc/school-erp/": f"{place}/",
        "/srv/school-erp/": f"{ROOT}/",
        "http {\n": f"http {{\n{scratch}",
        "listen 80;": f"listen 127.0.0.1:{site.plain_port};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{site.port} ssl http2;",
        **dict(zip(("127.0.0.1:8000", "127.0.0.1:8001"), upstreams, strict=True)),
    }


def _placed(shipped: str, places: Mapping[str, str]) -> str:
    for ours, here in places.items():
        assert ours in shipped, f"deploy/nginx.conf says nothing of {ours}"
        shipped = shipped.replace(ours, here)
    return shipped
