"""The hub's page of who has got how far, for the teacher alone; its account can read the records and nothing else."""

import asyncio
import os
from urllib.parse import urlparse

from jupyterhub.services.auth import HubOAuthCallbackHandler, HubOAuthenticated
from tornado.web import Application, RequestHandler, authenticated

from .progress import page


class ProgressHandler(HubOAuthenticated, RequestHandler):
    """Shows the page to whom the hub lets in."""

    @authenticated
    def get(self) -> None:
        self.finish(page())


async def main() -> None:
    """Serve where the hub says, until it ends this process."""
    prefix = os.environ["JUPYTERHUB_SERVICE_PREFIX"]
    address = urlparse(os.environ["JUPYTERHUB_SERVICE_URL"])
    application = Application(
        [(prefix, ProgressHandler), (f"{prefix}oauth_callback", HubOAuthCallbackHandler)],
        cookie_secret=os.urandom(32),
    )
    application.listen(address.port, address.hostname)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
