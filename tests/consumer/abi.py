# SPDX-License-Identifier: MIT
"""The types and functions of <pmm/rules.h> for ctypes, as the header itself says them.

    library = Library("…/include/pmm/rules.h", "…/libpmmrules.so")
    library.pmm_rulebook_info(…)    the functions
    library.PMM_FACTS_MAX           the constants of its enums
    library.struct["pmm_fact"]      the structs

It reads what a header of this kind has (structs, enums, prototypes) and knows nothing of
rulebooks. A struct that the header only names can be pointed to.
"""

import ctypes
import re

BASE = {"void": None, "char": ctypes.c_char, "bool": ctypes.c_bool, "int": ctypes.c_int,
        "size_t": ctypes.c_size_t, "uint8_t": ctypes.c_uint8, "uint16_t": ctypes.c_uint16,
        "uint32_t": ctypes.c_uint32, "uint64_t": ctypes.c_uint64, "int32_t": ctypes.c_int32,
        "int64_t": ctypes.c_int64}


def bare(text):
    """TEXT without comments, what the preprocessor reads, and inline functions."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", " ", text, flags=re.DOTALL)
    text = re.sub(r"^[ \t]*#[^\n]*(\\\n[^\n]*)*", "", text, flags=re.MULTILINE)
    return re.sub(r"static inline [^{;]*\{.*?^\}", "", text, flags=re.DOTALL | re.MULTILINE)


class Library:
    def __init__(self, header, path):
        with open(header, encoding="utf-8") as file:
            text = bare(file.read())
        self.struct = {}
        self._library = ctypes.CDLL(path)
        for body in re.findall(r"\benum\s*\w*\s*\{(.*?)\}", text, re.DOTALL):
            self._add_enum(body)
        bodies = re.findall(r"\bstruct\s+(\w+)\s*\{(.*?)\}\s*;", text, re.DOTALL)
        for name, _ in bodies:
            self._struct(name)
        for name, body in bodies:
            self.struct[name]._fields_ = [field for one in body.split(";") if one.strip()
                                          for field in self._declare(one)]
        for declared in re.findall(r"\bPMM_API\s+([^;{]*);", text):
            self._add_function(" ".join(declared.split()))

    def _add_enum(self, body):
        value = -1
        for item in filter(None, (one.strip() for one in body.split(","))):
            name, _, given = (part.strip() for part in item.partition("="))
            value = self._number(given) if given else value + 1
            setattr(self, name, value)

    def _number(self, text):
        """The value of a constant expression: numbers, earlier constants, + - * /"""
        return eval(text.replace("/", "//"), {"__builtins__": {}}, vars(self))

    def _struct(self, name):
        return self.struct.setdefault(name, type(name, (ctypes.Structure,), {}))

    def _declare(self, text):
        """The (name, type) of each name that a declaration without its ';' has."""
        if "(*" in text:  # a callback
            result, name, given = re.fullmatch(r"(.*)\(\*(\w+)\)\((.*)\)", text.strip()).groups()
            parts = [self._declare(one)[0][1] for one in given.split(",")]
            return [(name, ctypes.CFUNCTYPE(self._declare(f"{result} x")[0][1], *parts))]
        words = re.sub(r"\b(const|extern)\b", " ", text).strip()
        base, kind, rest = re.match(r"(?:(struct|enum)\s+)?(\w+)(.*)", words, re.DOTALL).group(
            2, 1, 3)
        inner = self._struct(base) if kind == "struct" else ctypes.c_int if kind else BASE[base]
        return [self._declarator(inner, one) for one in rest.split(",")]

    def _declarator(self, inner, text):
        stars, name, sizes = re.fullmatch(r"([\s*]*)(\w*)\s*((?:\[[^]]*\])*)",
                                          text.strip()).groups()
        for _ in range(stars.count("*")):
            inner = (ctypes.c_void_p if inner is None else
                     ctypes.c_char_p if inner is ctypes.c_char else ctypes.POINTER(inner))
        for size in reversed(re.findall(r"\[([^]]*)\]", sizes)):
            inner = inner * self._number(size or "0")
        return name, inner

    def _add_function(self, text):
        head, name, given = re.fullmatch(r"(.*?)(\w+)\((.*)\)", text).groups()
        function = self._library[name]
        function.restype = self._declare(f"{head} x")[0][1]
        function.argtypes = [self._passed(self._declare(one)[0][1]) for one in given.split(",")
                             if one.strip() != "void"]
        setattr(self, name, function)

    @staticmethod
    def _passed(kind):
        """An array is passed as a pointer to its first element."""
        return ctypes.POINTER(kind._type_) if hasattr(kind, "_length_") else kind
