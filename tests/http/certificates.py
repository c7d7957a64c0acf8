# SPDX-License-Identifier: MIT
"""Certificates and keys for tests, made by openssl in a folder of the test's own.

None is kept anywhere, so none can be old when a test needs it; the one that has
expired did so on a fixed day in the past.
"""

import os
import subprocess

YEARS = "36500"  # days: no test lives to see its end
CURVE = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
KEY_IDS = "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
OWN_CA = """
[ca]
default_ca = own
[own]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
[any]
commonName = supplied
"""


class Pair:
    """Paths of a certificate (with its chain, its own first) and of its key."""

    def __init__(self, cert, key):
        self.cert = cert
        self.key = key

    def arguments(self):
        return ["--tls-cert", self.cert, "--tls-key", self.key]


class Maker:
    def __init__(self, folder):
        self.folder = folder

    def path(self, name):
        return os.path.join(self.folder, name)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def write(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)
        return self.path(name)

    def _openssl(self, *args):
        subprocess.run(["openssl", *args], cwd=self.folder, check=True,
                       stdin=subprocess.DEVNULL, capture_output=True)

    def signed_by_itself(self, name, newkey=()):
        self._openssl("req", "-x509", *(newkey or CURVE), "-nodes", "-days", YEARS,
                      "-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost",
                      "-keyout", f"{name}.key", "-out", f"{name}.pem")
        return Pair(self.path(f"{name}.pem"), self.path(f"{name}.key"))

    def _request(self, name):
        self._openssl("req", "-new", *CURVE, "-nodes", "-subj", f"/CN={name}",
                      "-keyout", f"{name}.key", "-out", f"{name}.csr")

    def _sign(self, name, issuer, extensions):
        self.write(f"{name}.ext", extensions.encode())
        self._openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{issuer}.pem",
                      "-CAkey", f"{issuer}.key", "-CAcreateserial", "-days", YEARS,
                      "-extfile", f"{name}.ext", "-out", f"{name}.pem")

    def with_chain(self):
        """A pair whose chain leads over one step to root.pem, which is not in it."""
        self._openssl("req", "-x509", *CURVE, "-nodes", "-days", YEARS, "-subj", "/CN=root",
                      "-addext", "keyUsage=critical,keyCertSign", "-keyout", "root.key", "-out", "root.pem")
        self._request("step")
        self._sign("step", "root", "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n" + KEY_IDS)
        self._request("leaf")
        self._sign("leaf", "step", "subjectAltName=DNS:localhost\n" + KEY_IDS)
        cert = self.write("chain.pem", self.read("leaf.pem") + self.read("step.pem"))
        return Pair(cert, self.path("leaf.key"))

    def expired(self):
        """Good on the first of January 2020 only."""
        self.write("ca.cnf", OWN_CA.encode())
        self.write("index.txt", b"")
        self.write("serial", b"01\n")
        self._request("expired")
        self._openssl("ca", "-batch", "-config", "ca.cnf", "-selfsign", "-notext",
                      "-keyfile", "expired.key", "-in", "expired.csr", "-out", "expired.pem",
                      "-startdate", "20200101000000Z", "-enddate", "20200102000000Z")
        return Pair(self.path("expired.pem"), self.path("expired.key"))

    def encrypted_key(self, pair):
        """The key of PAIR behind a password."""
        self._openssl("pkcs8", "-topk8", "-in", pair.key, "-out", "encrypted.key",
                      "-passout", "pass:rahasia")
        return self.path("encrypted.key")
