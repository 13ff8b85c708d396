"""What a script's result becomes: `Transformer.transform` of sagemaker-containers 2.8.6.post2, then `make_response` of Flask 3.1.3."""

import json
from wsgiref.util import setup_testing_defaults

from image_encoders import JSON

# werkzeug.exceptions.InternalServerError of Werkzeug 3.1.8.
INTERNAL_SERVER_ERROR = (
    500,
    "text/html; charset=utf-8",
    b"<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>\n<h1>Internal Server Error</h1>\n"
    b"<p>The server encountered an internal error and was unable to complete your request. Either the server is overloaded or"
    b" there is an error in the application.</p>\n",
)
# werkzeug.exceptions.RequestEntityTooLarge of Werkzeug 3.1.8.
REQUEST_ENTITY_TOO_LARGE = (
    413,
    "text/html; charset=utf-8",
    b"<!doctype html>\n<html lang=en>\n<title>413 Request Entity Too Large</title>\n<h1>Request Entity Too Large</h1>\n"
    b"<p>The data value transmitted exceeds the capacity limit.</p>\n",
)


def response_of(result):
    """Status, content type and body. Only a WSGI application, as a Flask response is one, has a status of its own."""
    if isinstance(result, tuple):
        return 200, with_charset(result[1] or JSON), bytes_of(result[0])
    if isinstance(result, (str, bytes, bytearray)):
        # No content type was given. Flask's own default is not the one that the caller accepts.
        return 200, with_charset("text/html"), bytes_of(result)
    if isinstance(result, (dict, list)):
        return 200, JSON, bytes_of(json.dumps(result, sort_keys=True, separators=(",", ":")) + "\n")
    if callable(result):
        return run(result)
    raise TypeError(
        "the result is {}: return a pair of str or bytes and its content type".format(type(result).__name__)
    )


def with_charset(content_type):
    """By `werkzeug.sansio.utils.get_content_type`, which does not look for a charset that is there."""
    return content_type + "; charset=utf-8" if content_type.startswith("text/") else content_type


def bytes_of(content):
    if isinstance(content, str):
        return content.encode("utf-8")
    if isinstance(content, (bytes, bytearray)):
        return bytes(content)
    return b"".join(map(bytes_of, content or ()))


def run(application):
    """Calls a WSGI application (PEP 3333)."""
    started = []
    environ = {}
    setup_testing_defaults(environ)
    body = b"".join(application(environ, lambda status, headers, exc_info=None: started.extend((status, headers))))
    status, headers = started
    content_types = [value for name, value in headers if name.lower() == "content-type"]
    return int(status.split(" ")[0]), content_types[0] if content_types else "", body
