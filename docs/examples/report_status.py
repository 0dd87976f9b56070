"""Report a document's way through the agents to the status API.

    python report_status.py http://127.0.0.1:8080 SESSION_ID

Needs requests (https://pypi.org/project/requests/). StatusReporter is made to be copied.
"""

import datetime
import email.utils
import random
import sys
import time

import requests

# What passes: the server is busy, or something between here and there is.
BUSY = {429, 502, 503, 504}
AWAY = (
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ConnectionError,
    requests.exceptions.Timeout,
)


class ReportRefused(Exception):
    """The API does not take this report, and never will."""


class ReportLost(Exception):
    """The API could not be reached for too long. The report may have arrived all the same."""


class StatusReporter:
    """Reports on one session, one report after the other.

    A report that got no answer is sent again: repeating a call changes nothing.
    """

    TIMEOUT = (3.05, 10)  # seconds to connect, and to answer
    DEADLINE = 60  # seconds for one report, all tries together
    FIRST_WAIT, LONGEST_WAIT = 0.2, 10

    def __init__(self, api, session_id):
        self.url = f"{api.rstrip('/')}/api/workflow/{session_id}"
        self.http = requests.Session()

    def start(self, **document):
        """Starts the session, or finds that it stands already."""
        return self._send("PUT", self.url, document)

    def report(self, agent, status, **more):
        """Reports on one agent. What is not named stays as it is."""
        return self._send("PATCH", f"{self.url}/agents/{agent}", {"status": status, **more})

    def finalize(self, overall_status):
        """Ends the session: "completed" or "failed"."""
        return self._send("POST", f"{self.url}/finalize", {"overallStatus": overall_status})

    def _send(self, method, url, body):
        deadline = time.monotonic() + self.DEADLINE
        longest = self.FIRST_WAIT
        while True:
            try:
                answer = self.http.request(method, url, json=body, timeout=self.TIMEOUT)
            except AWAY as error:
                problem, asked = error, 0
            else:
                if answer.ok:
                    return answer.json()
                problem, asked = reason(answer), retry_after(answer)
                if answer.status_code not in BUSY:
                    raise ReportRefused(problem)
            # Full jitter above what the server asks for, so that many writers do not come at once.
            wait = asked + random.uniform(0, longest)
            longest = min(2 * longest, self.LONGEST_WAIT)
            if time.monotonic() + wait > deadline:
                raise ReportLost(problem)
            time.sleep(wait)


def reason(answer):
    """What an error says (RFC 9457)."""
    try:
        problem = answer.json()
        return f"{problem['title']}: {problem['detail']} ({problem['correlationId']})"
    except (ValueError, KeyError, TypeError):
        return f"HTTP {answer.status_code}"


def retry_after(answer):
    """Seconds that the server asks for: it says so in seconds or as a date."""
    asked = answer.headers.get("Retry-After", "")
    if asked.isdigit():
        return int(asked)
    try:
        date = email.utils.parsedate_to_datetime(asked)
    except (TypeError, ValueError):
        return 0
    if date.tzinfo is None:
        date = date.replace(tzinfo=datetime.timezone.utc)
    return max(0, (date - datetime.datetime.now(datetime.timezone.utc)).total_seconds())


def now():
    """A time of one's own stays right where a report is late."""
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")


def run_agent(status, agent, activity, work):
    """Does an agent's work, and reports its beginning and its end."""
    status.report(agent, "in-progress", activity=activity, startedAt=now())
    try:
        result = work()
    except Exception as error:
        status.report(
            agent, "error", completedAt=now(), error=str(error), errorType=type(error).__name__
        )
        status.finalize("failed")
        raise
    return status.report(agent, "success", completedAt=now(), **result)


def main(api, session_id):
    """A document that matches, with agents that only play."""
    status = StatusReporter(api, session_id)
    status.start(correlationId="corr_example", documentId="FAB_26933659", sourceType="BANK")
    run_agent(
        status,
        "pdfAdapter",
        "Extracting text from PDF document",
        lambda: {"tokenUsage": {"inputTokens": 13212, "outputTokens": 957}},
    )
    run_agent(
        status,
        "tradeExtraction",
        "Extracting structured trade data",
        lambda: {"tokenUsage": {"inputTokens": 4011, "outputTokens": 623}},
    )
    run_agent(
        status,
        "tradeMatching",
        "Matching bank and counterparty trades",
        lambda: {"matchClassification": "MATCHED", "confidenceScore": 97.5},
    )
    # Exception management is not needed, and becomes skipped.
    session = status.finalize("completed")
    print(f"{session_id} is {session['overallStatus']} after {session['totalDuration']} s")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: report_status.py API SESSION_ID")
    try:
        main(*sys.argv[1:])
    except (ReportRefused, ReportLost) as error:
        sys.exit(f"report_status: {error}")
