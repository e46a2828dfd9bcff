"""TLS to the broker: whom we believe, and who we are."""

import ssl
from dataclasses import dataclass
from pathlib import Path

import pika


@dataclass(frozen=True)
class TlsFiles:
    """PEM files: the authorities that we believe (None: the system's), and our own certificate and key, if any."""

    ca: Path | None = None
    certificate: Path | None = None
    #: None: it is in the certificate's file.
    key: Path | None = None

    def options(self, host: str) -> pika.SSLOptions:
        """For a connection to this host, whose certificate has to be valid and to name it.

        The files are read anew each time: a certificate may be renewed while we run.
        """
        return pika.SSLOptions(self.context(), host)

    def context(self) -> ssl.SSLContext:
        """What the files say; an OSError if they can't be used."""
        made = ssl.create_default_context(cafile=self.ca)
        if self.certificate is not None:
            # Nobody is there to be asked for the password of an encrypted key.
            made.load_cert_chain(self.certificate, self.key, password="")  # nosec B106 # none, so that such a key is refused
        return made


#: What the system believes, and nobody in particular to be.
SYSTEMS = TlsFiles()
