"""The hub's page of who has got how far, for the teacher alone; its account can read the records and nothing else."""

import asyncio
import os
from urllib.parse import urlparse

from jinja2 import Environment
from jupyterhub.services.auth import HubOAuthCallbackHandler, HubOAuthenticated
from tornado.web import Application, RequestHandler, authenticated

from helpers.exercises import BY_NOTEBOOK

from .progress import class_progress, counts

PAGE = Environment(autoescape=True).from_string("""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="20">
<title>Who has got how far</title>
<style>
  body { font: 16px system-ui, sans-serif; margin: 2em; color-scheme: light dark; }
  th, td { padding: 0.2em 0.6em; text-align: right; border-bottom: 1px solid #8888; white-space: nowrap; }
  tr > :first-child { text-align: left; }
</style>
<h1>Who has got how far</h1>
<p>Solved exercises in each notebook. This page is renewed every 20 seconds.</p>
<table>
<tr><th scope="col">Name</th>
{%- for notebook in notebooks %}<th scope="col" title="{{ notebook }}">{{ notebook[:2] }}</th>{% endfor -%}
<th scope="col">Solved</th></tr>
{% for name, cells in rows -%}
<tr><th scope="row">{{ name }}</th>{% for cell in cells %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor -%}
</table>
</html>
""")


def page() -> str:
    """The page as it is now."""
    return PAGE.render(
        notebooks=BY_NOTEBOOK, rows=[(name, counts(solved)) for name, solved in class_progress().items()]
    )


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
