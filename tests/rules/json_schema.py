# SPDX-License-Identifier: MIT
"""As much of JSON Schema 2020-12 as config/rulebook.schema.json uses.

It is no general validator: a keyword that it does not know is an error, so the
schema cannot come to rest on something that nobody checks. `format`, remote
references and annotations beyond title and description are such keywords.
"""

import re

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
NOTES = {"$schema", "$id", "$defs", "title", "description"}


class Schema:
    def __init__(self, root):
        self.root = root

    def holds(self, value):
        return self.fits(self.root, value)

    def follow(self, reference):
        node = self.root
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]
        return node

    def fits(self, schema, value):
        if schema in (True, False):
            return schema
        return all(self.fits_keyword(schema, name, value) for name in schema if name not in NOTES)

    def fits_keyword(self, schema, name, value):
        check = getattr(self, "on_" + name.lstrip("$"), None)
        if check is None:
            raise ValueError(f"the schema uses {name}, which nobody checks")
        return check(schema[name], value, schema)

    def on_ref(self, wanted, value, _):
        return self.fits(self.follow(wanted), value)

    def on_type(self, wanted, value, _):
        return any(isinstance(value, TYPES[name])
                   for name in ([wanted] if isinstance(wanted, str) else wanted))

    def on_const(self, wanted, value, _):
        return type(value) is type(wanted) and value == wanted

    def on_enum(self, wanted, value, schema):
        return any(self.on_const(one, value, schema) for one in wanted)

    def on_not(self, wanted, value, _):
        return not self.fits(wanted, value)

    def on_allOf(self, wanted, value, _):
        return all(self.fits(one, value) for one in wanted)

    def on_anyOf(self, wanted, value, _):
        return any(self.fits(one, value) for one in wanted)

    def on_oneOf(self, wanted, value, _):
        return sum(self.fits(one, value) for one in wanted) == 1

    # Of strings.

    def on_pattern(self, wanted, value, _):
        # Its "$" is the very end, unlike Python's.
        return not isinstance(value, str) or bool(re.search(wanted.replace("$", r"\Z"), value))

    def on_minLength(self, wanted, value, _):
        return not isinstance(value, str) or len(value) >= wanted

    def on_maxLength(self, wanted, value, _):
        return not isinstance(value, str) or len(value) <= wanted

    # Of arrays.

    def on_items(self, wanted, value, _):
        return not isinstance(value, list) or all(self.fits(wanted, item) for item in value)

    def on_contains(self, wanted, value, _):
        return not isinstance(value, list) or any(self.fits(wanted, item) for item in value)

    def on_minItems(self, wanted, value, _):
        return not isinstance(value, list) or len(value) >= wanted

    def on_maxItems(self, wanted, value, _):
        return not isinstance(value, list) or len(value) <= wanted

    def on_uniqueItems(self, _, value, __):
        return not isinstance(value, list) or all(
            one not in value[:place] for place, one in enumerate(value))

    # Of objects.

    def on_required(self, wanted, value, _):
        return not isinstance(value, dict) or all(name in value for name in wanted)

    def on_properties(self, wanted, value, _):
        return not isinstance(value, dict) or all(
            self.fits(wanted[name], value[name]) for name in wanted if name in value)

    def on_additionalProperties(self, wanted, value, schema):
        known = schema.get("properties", {})
        return not isinstance(value, dict) or all(
            self.fits(wanted, value[name]) for name in value if name not in known)

    def on_propertyNames(self, wanted, value, _):
        return not isinstance(value, dict) or all(self.fits(wanted, name) for name in value)

    def on_minProperties(self, wanted, value, _):
        return not isinstance(value, dict) or len(value) >= wanted

    def on_maxProperties(self, wanted, value, _):
        return not isinstance(value, dict) or len(value) <= wanted
