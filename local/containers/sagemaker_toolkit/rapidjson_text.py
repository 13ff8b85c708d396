"""JSON as RapidJSON reads and writes it for TensorFlow Serving. Offsets in malformed JSON are those of Python's parser."""

import json
import re

INDENT = "    "
DEBUG_LENGTH = 256


class Raw(str):
    """JSON that is written as it is."""


def parse(text):
    if not text:
        raise ValueError("JSON Parse error: The document is empty")
    try:
        # RapidJSON stops at the end of the first value, as `kParseStopWhenDoneFlag` says.
        document, _ = json.JSONDecoder().raw_decode(text.lstrip(" \t\r\n"))
    except json.JSONDecodeError as error:
        raise ValueError("JSON Parse error: {} at offset: {}".format(parse_error(error), error.pos))
    return document


def parse_error(error):
    """What RapidJSON calls it: rapidjson/error/en.h"""
    if error.msg == "Expecting ',' delimiter":
        openings = re.sub(r'"(?:\\.|[^"\\])*"|[^\[\]{}]', "", error.doc[: error.pos])
        while re.search(r"\[\]|\{\}", openings):
            openings = re.sub(r"\[\]|\{\}", "", openings)
        return "Missing a comma or ] after an array element." if openings.endswith("[") else "Missing a comma or } after an object member."
    return {
        "Expecting property name enclosed in double quotes": "Missing a name for object member.",
        "Expecting ':' delimiter": "Missing a colon after a name of object member.",
        "Unterminated string starting at": "Missing a closing quotation mark in string.",
    }.get(error.msg, "Invalid value.")


def type_of(value):
    if isinstance(value, bool):
        return str(value)
    names = {dict: "Object", list: "Array", str: "String", int: "Number", float: "Number"}
    return names.get(type(value), "Null")


def debug(value):
    """`JsonValueToDebugString`"""
    return pretty(value)[:DEBUG_LENGTH]


def pretty(value, level=0, in_one_line=True):
    """`rapidjson::PrettyWriter`, by default with `kFormatSingleLineArray`."""
    if isinstance(value, Raw):
        return value
    if not isinstance(value, (list, dict)) or not value:
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list) and in_one_line:
        return "[" + ", ".join(pretty(each, level) for each in value) + "]"
    inner = INDENT * (level + 1)
    texts = (
        [json.dumps(name, ensure_ascii=False) + ": " + pretty(each, level + 1, in_one_line) for name, each in value.items()]
        if isinstance(value, dict)
        else [pretty(each, level + 1, in_one_line) for each in value]
    )
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return opening + "\n" + ",\n".join(inner + text for text in texts) + "\n" + INDENT * level + closing
