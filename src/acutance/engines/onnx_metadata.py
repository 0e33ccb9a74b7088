"""The words in an ONNX file about itself, written and read without the libraries of ONNX.

An ONNX file is a message of protocol buffers, and two messages one behind the other are one with the fields of both;
so words are added by appending them. They are its field 14 (`metadata_props`): messages of a key, 1, and a value, 2.
"""

from collections.abc import Iterator, Mapping

PROPERTIES, KEY, VALUE = 14, 1, 2
WIDTHS = {1: 8, 5: 4}
"""Bytes of the two kinds of fields that say no length."""


def with_metadata(model: bytes, words: Mapping[str, str]) -> bytes:
    """Return an ONNX file with these words in it."""
    entries = (_field(KEY, key.encode()) + _field(VALUE, value.encode()) for key, value in words.items())
    return model + b"".join(_field(PROPERTIES, entry) for entry in entries)


def metadata_of(model: bytes) -> dict[str, str]:
    """Return the words in an ONNX file; none of what is no such file."""
    try:
        entries = [dict(_fields(entry)) for number, entry in _fields(model) if number == PROPERTIES]
        return {entry[KEY].decode(): entry.get(VALUE, b"").decode() for entry in entries}
    except (ValueError, IndexError, KeyError):
        return {}


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the fields that have a length, by their numbers."""
    place = 0
    while place < len(message):
        tag, place = _number(message, place)
        number, kind = tag >> 3, tag & 7
        if kind == 2:
            length, place = _number(message, place)
            if place + length > len(message):
                raise ValueError("the message ends within a field")
            yield number, message[place : place + length]
            place += length
        elif kind == 0:
            _, place = _number(message, place)
        elif kind in WIDTHS:
            place += WIDTHS[kind]
        else:
            raise ValueError(f"no field of a message has the kind {kind}")


def _varint(number: int) -> bytes:
    low, rest = number & 127, number >> 7
    return bytes([low | 128]) + _varint(rest) if rest else bytes([low])


def _number(message: bytes, place: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = message[place]
        number, shift, place = number | (byte & 127) << shift, shift + 7, place + 1
        if byte < 128:
            return number, place
