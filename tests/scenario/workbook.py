"""Workbooks as a spreadsheet program would write them, and as somebody who wants to break the reader would. Standard library only."""
import io
import re
import zipfile
from xml.sax.saxutils import escape, unescape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def column(index):
    name = ""
    while index >= 0:
        name, index = chr(65 + index % 26) + name, index // 26 - 1
    return name


def cell(reference, value):
    if isinstance(value, tuple):  # ("raw", xml) goes in as it is
        return value[1].replace("REF", reference)
    if isinstance(value, (int, float)):
        return f'<c r="{reference}"><v>{value}</v></c>'
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def sheet(rows, more=""):
    lines = "".join(f'<row r="{y}">' + "".join(cell(f"{column(x)}{y}", value) for x, value in enumerate(row)) + "</row>" for y, row in enumerate(rows, 1))
    return f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData>{more}</worksheet>'


def parts(rows, more=""):
    """The files inside a workbook with one sheet; a test changes what it likes."""
    return {
        "[Content_Types].xml": '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
                               '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                               '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
                               'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<?xml version="1.0"?><Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<?xml version="1.0"?><workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="data" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<?xml version="1.0"?><Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet(rows, more)}


def packed(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def workbook(rows, more=""):
    return packed(parts(rows, more))


def read(data):
    """(rows of texts of the first sheet, whether any cell is a formula)."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        shared = []
        if "xl/sharedStrings.xml" in names:
            shared = ["".join(unescape(t) for t in re.findall(r"<t[^>]*>(.*?)</t>", si, re.S))
                      for si in re.findall(r"<si>(.*?)</si>", archive.read("xl/sharedStrings.xml").decode(), re.S)]
        text = archive.read(sorted(name for name in names if name.startswith("xl/worksheets/sheet"))[0]).decode()
    rows = []
    for row in re.findall(r"<row[^>]*>(.*?)</row>", text, re.S):
        cells = {}
        for attributes, inner in re.findall(r"<c ([^>]*?)(?:/>|>(.*?)</c>)", row, re.S):
            letters = re.search(r'r="([A-Z]+)', attributes).group(1)
            at = 0
            for letter in letters:
                at = at * 26 + ord(letter) - 64
            value = re.search(r"<v>(.*?)</v>", inner or "", re.S)
            if 't="s"' in attributes and value:
                cells[at - 1] = shared[int(value.group(1))]
            elif "<is>" in (inner or ""):
                cells[at - 1] = "".join(unescape(t) for t in re.findall(r"<t[^>]*>(.*?)</t>", inner, re.S))
            else:
                cells[at - 1] = unescape(value.group(1)) if value else ""
        rows.append([cells.get(i, "") for i in range(max(cells, default=-1) + 1)])
    return rows, "<f>" in text or "<f " in text
