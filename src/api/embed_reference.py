"""Writes the contract and its reference page into a C++ source.

Usage: embed_reference.py openapi.yaml reference.html out.cpp out.json

The contract is embedded as it is and as JSON, so that programs and the page need no YAML reader. `out.json` is for tests.
"""

import datetime
import json
import sys

import yaml

CHUNK = 8000
DELIMITER = "~waybill~"
JOINED = """namespace {

std::string joined(std::initializer_list<std::string_view> parts) {
    std::string text;
    for (const std::string_view part : parts) text += part;
    return text;
}

}  // namespace

"""


def plain(value):
    """YAML reads unquoted dates as dates; the contract means text."""
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    return value


def literals(text):
    """One literal of the length of the text would be longer than compilers have to support."""
    parts = []
    data = text.encode("utf-8")
    start = 0
    while start < len(data):
        end = min(start + CHUNK, len(data))
        # A chunk may not end inside a UTF-8 sequence.
        while end < len(data) and (data[end] & 0xC0) == 0x80:
            end -= 1
        parts.append('R"%s(%s)%s"' % (DELIMITER, data[start:end].decode("utf-8"), DELIMITER))
        start = end
    return ",\n    ".join(parts)


def function(name, text):
    return (
        "std::string_view %s() {\n    static const std::string text = joined({\n    %s});\n    return text;\n}\n"
        % (name, literals(text)))


def main():
    yaml_path, html_path, out_cpp, out_json = sys.argv[1:]
    with open(yaml_path, encoding="utf-8") as file:
        contract = file.read()
    with open(html_path, encoding="utf-8") as file:
        page = file.read()
    as_json = json.dumps(plain(yaml.safe_load(contract)), ensure_ascii=False, separators=(",", ":"))
    with open(out_json, "w", encoding="utf-8") as file:
        file.write(as_json)
    with open(out_cpp, "w", encoding="utf-8") as file:
        file.write("// Made by embed_reference.py from api/openapi.yaml and src/api/reference.html.\n")
        file.write('#include "api/reference.hpp"\n\n#include <initializer_list>\n#include <string>\n\n')
        file.write("namespace waybill::api {\n\n" + JOINED)
        for name, text in (("openapi_yaml", contract), ("openapi_json", as_json), ("reference_html", page)):
            file.write(function(name, text) + "\n")
        file.write("}  // namespace waybill::api\n")


if __name__ == "__main__":
    main()
