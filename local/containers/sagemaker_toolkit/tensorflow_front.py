"""What nginx makes of requests for TensorFlow Serving, and of its answers: tensorflowServing.js of AWS's TensorFlow inference images."""

import json
import re

from image_encoders import JSON

JSON_TYPES = (JSON, "application/jsonlines", "application/jsons")
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
MODEL_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}")
METHODS = ("predict", "classify", "regress")


class FrontEnd:
    """nginx alone, of an archive without code."""

    def __init__(self, server, default_model, is_strict):
        self.server = server
        self.default_model = default_model
        self.is_strict = is_strict

    def respond(self, body, content_type, accept, attributes):
        kind = content_type or ""
        if self.is_strict:
            kind = kind.split(";")[0].strip().lower()
        if kind not in JSON_TYPES and kind != "text/csv":
            return self.refused(415, "Unsupported Media Type: " + (kind or "Unknown"))
        text = body.decode("utf-8", errors="replace")
        if kind != "text/csv":
            request = from_json(text)
        else:
            request = from_csv(text) if self.is_strict else from_unquoted_csv(text)
        try:
            path = request_path(attributes, self.default_model, self.is_strict)
        except ValueError as error:
            return self.refused(400, str(error))
        status, answer = self.server.post(path, request.encode("utf-8"))
        return self.answer_of(status, answer.decode("utf-8"), accept)

    def answer_of(self, status, text, accept):
        if accept is None:
            return status, JSON, text.encode("utf-8")
        if self.is_strict:
            accepted = [part.strip() for part in accept.split(",")]
        else:
            # As JavaScript's `replace`, the first one only.
            accepted = accept.strip().replace(" ", "", 1).split(",")
        if "application/jsonlines" not in accepted and JSON not in accepted:
            return status, JSON, text.encode("utf-8")
        return status, JSON if self.is_strict else accepted[0], text.replace("\n", "").encode("utf-8")

    def refused(self, status, message):
        separators = (",", ":") if self.is_strict else None
        return status, JSON, json.dumps({"error": message}, separators=separators, ensure_ascii=False).encode("utf-8")


def request_path(attributes, default_model, is_strict):
    """The path of TensorFlow Serving that `tfs-...` of the custom attributes choose. @throws ValueError"""
    chosen = chosen_by(attributes)
    name, version = chosen.get("tfs-model-name"), chosen.get("tfs-model-version")
    method = chosen.get("tfs-method", "predict")
    if is_strict:
        if name is not None and not MODEL_NAME.fullmatch(name):
            raise ValueError("invalid tfs-model-name")
        if version is not None and not re.fullmatch(r"[0-9]+", version):
            raise ValueError("invalid tfs-model-version")
        if method not in METHODS:
            raise ValueError("invalid tfs-method")
    versions = "/versions/" + version if version else ""
    return "/v1/models/{}{}:{}".format(name or default_model, versions, method)


def chosen_by(attributes):
    return dict(pair.split("=", 1) for pair in re.findall(r"tfs-[a-z\-]+=[^,]+", attributes or ""))


def from_json(text):
    if re.search(r'"(instances|inputs|examples)"\s*:', text):
        return text
    # Objects that only white space separates are JSON lines.
    if re.search(r"[}\]]\s*[\[{]", text):
        lines = re.split(r"\r?\n", text.strip())
        if len(lines) == 1:
            return '{"instances":' + lines[0].strip() + "}"
        stripped = [line.strip() for line in lines]
        return '{"instances":[' + "".join(line if at == 0 else "," + line for at, line in enumerate(stripped) if line) + "]}"
    return '{"instances":' + (text if re.match(r"\s*\[\s*\[", text) else "[" + text + "]") + "}"


def from_csv(text):
    def cell(field):
        number = field.strip()
        return number if NUMBER.fullmatch(number) else '"' + field.replace("\\", "\\\\").replace('"', '\\"') + '"'

    return from_rows(text, lambda line: [cell(field) for field in fields_of(line)])


def fields_of(line):
    fields, field, is_quoted, at = [], "", False, 0
    while at < len(line):
        character = line[at]
        if character == '"':
            if is_quoted and line[at + 1:at + 2] == '"':
                field += '"'
                at += 1
            else:
                is_quoted = not is_quoted
        elif character == "," and not is_quoted:
            fields.append(field)
            field = ""
        else:
            field += character
        at += 1
    return fields + [field]


def from_unquoted_csv(text):
    """Images until 2.19 take rows that begin with a quote or a number as JSON; of others, they quote one comma a row."""
    is_json = re.match(r'\s*("|[\d.Ee+\-]+.*)', text, re.ASCII)

    def cells(line):
        content = line if is_json else '"' + line.replace('"', '\\"', 1).replace(",", '","', 1) + '"'
        return [content] if "," not in line else [content, None]

    return from_rows(text, cells)


def from_rows(text, cells_of):
    lines = [line.strip() for line in re.split(r"\r?\n", text.strip())]
    rows = []
    for at, line in enumerate(lines):
        if line:
            cells = cells_of(line)
            row = ",".join(cell for cell in cells if cell is not None)
            rows.append(("[" + row + "]" if len(cells) > 1 else row) + ("," if at != len(lines) - 1 else ""))
    return '{"instances":[' + "".join(rows) + "]}"
