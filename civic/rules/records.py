"""Frozen values as `dataclasses` makes them, without loading it.

`dataclasses` brings `inspect` and `re` with it: some 3 MB, more than reading and counting an
election of ten thousand ballots takes. To a type checker `record` is `dataclass`, so that both say
the same of a class.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dataclasses import dataclass as record
    from dataclasses import field, replace
else:

    class _Field:
        def __init__(self, factory, options):
            self.factory = factory
            self.options = options

    def field(*, default_factory=None, **options):
        """As `dataclasses.field`: a default made anew for each value, and what compares it."""
        return _Field(default_factory, options)

    def replace(value, /, **changes):
        """The same value with some fields changed."""
        kept = {name: getattr(value, name) for name in value.__match_args__}
        return type(value)(**{**kept, **changes})

    def record(cls=None, /, *, frozen=False):
        """As `dataclasses.dataclass`, for classes without a parent."""
        if cls is None:
            return lambda plain: _made(plain, frozen)
        return _made(cls, frozen)

    def _made(cls, frozen):
        fields = {name: cls.__dict__.get(name) for name in cls.__annotations__}
        given, body, known = [], [], {}
        for name in fields:
            value = name
            if name in cls.__dict__:
                default = cls.__dict__[name]
                known[f"_{name}"] = default
                given.append(f"{name}=_{name}")
                if isinstance(default, _Field):
                    known[f"_{name}"] = default.options.get("default", default)
                    if default.factory is not None:
                        known[f"_make_{name}"] = default.factory
                        value = f"_make_{name}() if {name} is _{name} else {name}"
                        delattr(cls, name)
                    else:
                        setattr(cls, name, known[f"_{name}"])
            else:
                given.append(name)
            body.append(f" own[{name!r}] = {value}\n")
        source = f"def __init__(self, {', '.join(given)}):\n own = self.__dict__\n{''.join(body)}"
        exec(source, known)  # noqa: S102 - names of fields only, as dataclasses does
        cls.__init__ = known["__init__"]
        cls.__match_args__ = tuple(fields)
        options = {n: f.options for n, f in fields.items() if isinstance(f, _Field)}
        compared = [n for n in fields if options.get(n, {}).get("compare", True)]
        hashed = [n for n in compared if options.get(n, {}).get("hash", True)]
        shown = [n for n in fields if options.get(n, {}).get("repr", True)]

        def same(self, other):
            if type(other) is not type(self):
                return NotImplemented
            return all(getattr(self, n) == getattr(other, n) for n in compared)

        def told(self):
            cells = ", ".join(f"{n}={getattr(self, n)!r}" for n in shown)
            return f"{type(self).__qualname__}({cells})"

        cls.__eq__ = same
        cls.__hash__ = None
        if "__repr__" not in cls.__dict__:
            cls.__repr__ = told
        if frozen:
            cls.__hash__ = lambda self: hash(tuple(getattr(self, n) for n in hashed))
            cls.__setattr__ = cls.__delattr__ = _refuse
        return cls

    def _refuse(self, name, *_):
        raise AttributeError(f"{type(self).__name__}.{name} is frozen")


__all__ = ["field", "record", "replace"]
