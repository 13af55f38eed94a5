"""What a model's SQL says that no rule of the translation covers.

What belongs here: the error, for every module of the translation. What does not: the rules.
"""

from orchestration.errors import ProspectionError


class UntranslatableError(ProspectionError):
    """A construct that is not known to mean the same on the other engine.

    Attributes:
        construct: what cannot be translated, as the model has it.
        advice: what to write instead.

    """

    def __init__(self, construct: str, advice: str) -> None:
        super().__init__(f"no rule translates {construct} to Spark: {advice}")
        self.construct = construct
        self.advice = advice
