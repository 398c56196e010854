"""Signature of the clients for `inspect` and `help`. Apart from them, as it loads inspect."""

from __future__ import annotations

import inspect
from inspect import Parameter

from coobird._settings.options import CoomonOptions
from coobird._settings.settings import DEFAULTS


def signature_of(client: type) -> inspect.Signature:
    """Return the arguments of a client's constructor, with each option and its default.

    Type checkers read the options from `CoomonOptions` themselves.
    """
    signature = inspect.signature(client.__init__)  # type: ignore[misc]  # of this class, not of an instance
    _, *own = signature.parameters.values()
    named = [each for each in own if each.kind is not Parameter.VAR_KEYWORD]
    options: list[Parameter] = []
    # A subclass may have a constructor that takes no options.
    if named != own:
        options = [
            Parameter(name, Parameter.KEYWORD_ONLY, default=DEFAULTS[name], annotation=_text_of(annotation))
            for name, annotation in CoomonOptions.__annotations__.items()
            if name not in signature.parameters
        ]
    before = [each for each in named if each.kind is not Parameter.KEYWORD_ONLY]
    return signature.replace(parameters=[*before, *options, *named[len(before) :]])


def _text_of(annotation: object) -> object:
    # A TypedDict keeps an annotation as a ForwardRef. Signatures show its text.
    return getattr(annotation, "__forward_arg__", annotation)
