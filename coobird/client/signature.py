"""Signature of the clients, as `inspect` and `help` show it."""

from __future__ import annotations

from coobird._settings.settings import DEFAULTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from inspect import Signature


class ClientSignature:
    """Attribute `__signature__` of a client: its arguments, with each option and its default.

    Type checkers read the options from `CoomonOptions` themselves. The signature is computed
    when it is asked for, because inspect takes longer to import than the client.
    """

    def __get__(self, client: object, owner: type) -> Signature:
        import inspect
        from inspect import Parameter

        from coobird._settings.options import CoomonOptions

        signature = inspect.signature(owner.__init__)  # type: ignore[misc]  # of this class, not of an instance
        _, *own = signature.parameters.values()
        named = [each for each in own if each.kind is not Parameter.VAR_KEYWORD]
        options: list[Parameter] = []
        if named != own:
            # TypedDict keeps an annotation as a ForwardRef; signatures show its text.
            options = [
                Parameter(
                    name,
                    Parameter.KEYWORD_ONLY,
                    default=DEFAULTS[name],
                    annotation=getattr(annotation, "__forward_arg__", annotation),
                )
                for name, annotation in CoomonOptions.__annotations__.items()
                if name not in signature.parameters
            ]
        before = [each for each in named if each.kind is not Parameter.KEYWORD_ONLY]
        return signature.replace(parameters=[*before, *options, *named[len(before) :]])
