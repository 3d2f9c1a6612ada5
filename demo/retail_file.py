"""Reads the rows of a file in the public Online Retail format: .csv, plain or packed with xz or gzip.

Both public layouts are read (columns `InvoiceNo … UnitPrice, CustomerID` and `Invoice … Price, Customer ID`), both ways
of writing a date (2010-12-01 08:26:00 and 12/1/2010 8:26), UTF-8 and Windows-1252.
"""

import csv
import gzip
import lzma
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

COLUMNS = {
    "invoice": ("InvoiceNo", "Invoice"), "code": ("StockCode",), "description": ("Description",),
    "quantity": ("Quantity",), "date": ("InvoiceDate",), "price": ("UnitPrice", "Price"),
    "customer": ("CustomerID", "Customer ID"), "country": ("Country",),
}
AMERICAN_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}) (\d{1,2}):(\d{2})")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?")


class NotThisFormat(ValueError):
    """The file is not in the Online Retail format at all."""


@dataclass
class Row:
    """`fault` says why the row can not be read; the other fields are then not to be used."""
    invoice: str
    code: str
    description: str
    quantity: int
    date: str       # "2010-12-01 08:26", local
    price: Decimal
    customer: str   # empty: none
    country: str
    fault: str = ""


def _open(path, encoding):
    name = str(path).lower()
    opener = lzma.open if name.endswith(".xz") else gzip.open if name.endswith(".gz") else open
    return opener(path, "rt", encoding=encoding, newline="")


def find_encoding(path):
    """Raises what opening and unpacking raise."""
    try:
        with _open(path, "utf-8") as text:
            while text.read(1 << 20):
                pass
        return "utf-8-sig"
    except UnicodeDecodeError:
        return "cp1252"


def _date(text):
    if ISO_DATE.fullmatch(text):
        return text[:16]
    match = AMERICAN_DATE.fullmatch(text)
    if not match:
        return ""
    month, day, year, hour, minute = match.groups()
    return f"{year}-{int(month):02d}-{int(day):02d} {int(hour):02d}:{minute}"


def _row(fields, at):
    invoice, code, description, quantity, date, price, customer, country = (fields[index].strip() for index in at)
    read = Row(invoice, code, " ".join(description.split()), 0, _date(date), Decimal(0), customer.removesuffix(".0"),
               country)
    try:
        read.quantity = int(quantity)
        read.price = Decimal(price)
    except (ValueError, InvalidOperation):
        read.fault = "a quantity or price is not a number"
    if not read.date:
        read.fault = "a date is in no known form"
    elif not invoice or not code:
        read.fault = "no invoice number or stock code"
    elif not read.price.is_finite():
        read.fault = "a quantity or price is not a number"
    return read


def read_rows(path, encoding):
    """Every row below the heading, one after the other; a row that can not be read has its fault."""
    with _open(path, encoding) as text:
        lines = csv.reader(text)
        heading = [name.strip() for name in next(lines, [])]
        at = []
        for name, spellings in COLUMNS.items():
            index = next((heading.index(spelling) for spelling in spellings if spelling in heading), None)
            if index is None:
                raise NotThisFormat(f"{path}: no column for the {name} (looked for {' or '.join(spellings)})")
            at.append(index)
        for fields in lines:
            if not fields:
                continue
            if len(fields) != len(heading):
                yield Row("", "", "", 0, "", Decimal(0), "", "", f"{len(fields)} columns instead of {len(heading)}")
            else:
                yield _row(fields, at)
