"""The pages that a stranger may open, by URL name, each with its reason. tests/guards/test_urls.py holds views to this list."""

PUBLIC: dict[str, str] = {
    "front": "the way in",
    "home": "only sends people to their own home, or to sign in",
    "identity:sign_in": "the way in",
    "identity:password": "the way in",
    "identity:sign_out": "the way out works when the session is over, too",
    "admin:login": "the officers' way in",
    "admin:logout": "the same way out",
    "fpx:direct": "the bank speaks here; its signature is its proof",
    "fpx:indirect": "the payer's browser carries the bank's signed answer",
    "sms_reports": "the SMS provider speaks here; its signature is its proof",
    "api:auth-tac": "a program's way in; answers alike for everybody",
    "api:auth-token": "a program's way in; password and code are its proof",
    "api:schema": "says what the API is, shows nobody's things",
    "api_docs": "the same schema, for people",
    "api:calculator-contribution": "arithmetic of the law on figures that the caller brings",
    "api:calculator-contribution-list": "the same arithmetic for several; stores nothing",
    "calculator:contribution": "arithmetic of the law; stores nothing",
    "calculator:several": "arithmetic of the law; stores nothing",
    "calculator:several_csv": "the same figures as a file",
    "help:contributions": "help is everybody's",
    "law:index": "the numbers of law are everybody's",
    "law:law": "the numbers of law are everybody's",
    "law:assumptions": "what we assume is everybody's to see",
    "healthz": "asked by the machine that runs the portal",
    "readyz": "asked by the machine that runs the portal",
}

PUBLIC_IN_DEMO: dict[str, str] = {
    "demo:index": "made-up people and money only",
    "demo:design": "every component with made-up contents",
    "demo:thumb": "puts made-up thumbs on made-up readers",
    "demo:clock": "made-up people and money only; the demo bank reads the date here",
    "demo:bank": "the demo bank's own pages, which ask for no sign-in of ours",
    "demo:phone": "the demo phone's own pages: messages to made-up people only",
}
"""Not mounted at all unless settings.DEMO."""
