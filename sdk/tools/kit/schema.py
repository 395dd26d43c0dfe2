"""The part of JSON Schema that the kit's own schemas use; no package needed. Answers (pointer, sentence) pairs."""
import re

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


def is_type(value, name):
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if name == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def validate(value, schema, root=None, pointer=""):
    """Yields (pointer, sentence, unknown): unknown is true when a member is merely not known."""
    root = root or schema
    if "$ref" in schema:
        target = root
        for part in schema["$ref"].lstrip("#/").split("/"):
            target = target[part]
        yield from validate(value, target, root, pointer)
    for part in schema.get("allOf", []):
        yield from validate(value, part, root, pointer)
    if "anyOf" in schema:
        tried = [list(validate(value, part, root, pointer)) for part in schema["anyOf"]]
        if all(tried):
            yield from min(tried, key=len)
    if "const" in schema and value != schema["const"]:
        yield pointer, f"must be {schema['const']!r}", False
    if "enum" in schema and value not in schema["enum"]:
        yield pointer, "must be one of " + ", ".join(str(item) for item in schema["enum"]), False
    if "not" in schema and not list(validate(value, schema["not"], root, pointer)):
        yield pointer, f"{value!r} is reserved", False
    wanted = schema.get("type")
    if wanted is not None and not any(is_type(value, name) for name in ([wanted] if isinstance(wanted, str) else wanted)):
        yield pointer, f"must be of type {wanted}", False
        return
    if isinstance(value, str):
        yield from check_string(value, schema, pointer)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        if value < schema.get("minimum", value) or value > schema.get("maximum", value):
            yield pointer, f"must be from {schema.get('minimum', '…')} to {schema.get('maximum', '…')}", False
    elif isinstance(value, list):
        yield from check_list(value, schema, root, pointer)
    elif isinstance(value, dict):
        yield from check_object(value, schema, root, pointer)


def check_string(value, schema, pointer):
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        yield pointer, f"has {len(value)} characters", False
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield pointer, f"{value!r} does not have the form {schema['pattern']}", False


def check_list(value, schema, root, pointer):
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        yield pointer, f"has {len(value)} items", False
    if schema.get("uniqueItems") and len({str(item) for item in value}) != len(value):
        yield pointer, "says the same twice", False
    for index, item in enumerate(value):
        yield from validate(item, schema.get("items", {}), root, f"{pointer}/{index}")


def check_object(value, schema, root, pointer):
    for name in schema.get("required", []):
        if name not in value:
            yield f"{pointer}/{name}", "is required", False
    if len(value) < schema.get("minProperties", 0):
        yield pointer, "is empty", False
    known, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    for name, member in value.items():
        here = f"{pointer}/{name}"
        if "propertyNames" in schema:
            yield from validate(name, schema["propertyNames"], root, here)
        if name in known:
            yield from validate(member, known[name], root, here)
        elif others is False:
            yield here, "is not known", True
        elif isinstance(others, dict):
            yield from validate(member, others, root, here)
