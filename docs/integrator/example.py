#!/usr/bin/env python3
"""A payment vendor for the gateway's `integrator` accounts, in one file and with Python's own library.

It plays a bank: payments by redirect are agreed to on its own page, all others at once; amounts
that end in 51 are declined. Everything it was asked and did is in a SQLite file, so that it can
be killed and started again without forgetting a key. The contract is docs/integrator.md.

    python3 example.py --port 8090 --secret whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=

The account of the gateway then has authorize_url http://localhost:8090/authorize, and so on for
capture, void, refund and look_up. One line of JSON on standard output says where it listens.
"""
import argparse
import base64
import hashlib
import hmac
import html
import json
import sqlite3
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOLERANCE_SECONDS = 300
MAXIMUM_BODY_BYTES = 1 << 20
NOTIFICATION_WAITS_SECONDS = [0, 1, 5, 30, 120, 600, 3600, 14400, 43200]

SCHEMA = """
create table if not exists answers (
    key text primary key, fingerprint text not null, status integer not null, answer text not null
);
create table if not exists payments (
    reference text primary key, attempt text not null unique, status text not null,
    amount integer not null, currency text not null, captured integer not null default 0,
    refunded integer not null default 0, capturable integer not null default 0,
    is_sale integer not null, return_url text, notification_url text, decline text
);
create table if not exists movements (
    reference text primary key, attempt text not null unique, operation text not null,
    payment_reference text not null, amount integer not null, status text not null
);
create table if not exists notifications (
    id text primary key, url text not null, body text not null, tries integer not null default 0,
    due real not null
);
"""


class Refusal(Exception):
    """A definite "no": nothing was done."""

    def __init__(self, status, code, message):
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class Signer:
    """Standard Webhooks 1.0, both ways."""

    def __init__(self, secrets):
        self.keys = [
            base64.b64decode(text[6:]) if text.startswith("whsec_") else text.encode()
            for text in secrets
        ]

    def sign(self, message_id, timestamp, body):
        message = f"{message_id}.{timestamp}.".encode() + body
        return [
            "v1," + base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()
            for key in self.keys
        ]

    def headers(self, message_id, body):
        timestamp = int(time.time())
        return {
            "webhook-id": message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": " ".join(self.sign(message_id, timestamp, body)),
        }

    def is_genuine(self, headers, body):
        message_id = headers.get("webhook-id", "")
        timestamp = headers.get("webhook-timestamp", "")
        given = headers.get("webhook-signature", "").split(" ")
        if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
            return False
        expected = self.sign(message_id, timestamp, body)
        return any(hmac.compare_digest(one, other) for one in given for other in expected)


class Bank:
    """The book: what was asked, what was done, and what is still to be told."""

    def __init__(self, database, signer, base_url, is_slow):
        self.connection = sqlite3.connect(database, check_same_thread=False)
        self.connection.row_factory = sqlite3.Row
        self.connection.executescript(SCHEMA)
        self.lock = threading.Lock()
        self.due = threading.Event()
        self.signer = signer
        self.base_url = base_url
        self.is_slow = is_slow

    # Asking

    def answer(self, operation, key, asked, body):
        """The answer to a signed request, the same for the same key."""
        with self.lock, self.connection:
            if operation == "look_up":
                return self.look_up(asked)
            if not key:
                raise Refusal(400, "invalid_request", "Idempotency-Key is missing")
            fingerprint = hashlib.sha256(body).hexdigest()
            known = self.one("select * from answers where key = ?", key)
            if known:
                if known["fingerprint"] != fingerprint:
                    raise Refusal(409, "key_reused", "the key was used for another request")
                return known["status"], json.loads(known["answer"])
            try:
                status, answer = 200, getattr(self, operation)(asked)
            except Refusal as refusal:
                status, answer = refusal.status, error(refusal)
            # In one transaction with what was done: a crash leaves both or neither.
            self.run(
                "insert into answers values (?, ?, ?, ?)",
                key, fingerprint, status, json.dumps(answer),
            )
            self.due.set()
            return status, answer

    def authorize(self, asked):
        amount, reference = asked["amount"], new_id("bank")
        is_sale = asked["capture"] == "automatic"
        decline = None
        if amount % 100 == 51:
            status = "declined"
            decline = {"class": "soft", "code": "insufficient_funds", "network_code": "51"}
        elif asked["method"] == "redirect":
            status = "requires_action"
        else:
            status = "captured" if is_sale else "authorized"
        self.run(
            "insert into payments (reference, attempt, status, amount, currency, is_sale,"
            " return_url, notification_url, decline) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            reference, asked["attempt"], status, amount, asked["currency"], is_sale,
            asked.get("return_url"), asked.get("notification_url"),
            decline and json.dumps(decline),
        )
        self.take(reference, status)
        return self.payment(reference)

    def capture(self, asked):
        payment = self.payment_row(asked)
        if payment["status"] != "authorized":
            raise Refusal(409, "wrong_state", f"the payment is {payment['status']}")
        if asked["amount"] > payment["capturable"]:
            raise Refusal(409, "amount_not_accepted", "more than is held")
        left = 0 if asked["final"] else payment["capturable"] - asked["amount"]
        self.run(
            "update payments set captured = captured + ?, capturable = ?, status = ?"
            " where reference = ?",
            asked["amount"], left, "authorized" if left else "captured", payment["reference"],
        )
        return self.move("capture", asked, payment, asked["amount"])

    def void(self, asked):
        payment = self.payment_row(asked)
        if payment["status"] not in ("authorized", "requires_action"):
            raise Refusal(409, "wrong_state", f"the payment is {payment['status']}")
        status = "captured" if payment["captured"] else "voided"
        self.run(
            "update payments set capturable = 0, status = ? where reference = ?",
            status, payment["reference"],
        )
        return self.move("void", asked, payment, payment["capturable"])

    def refund(self, asked):
        payment = self.payment_row(asked)
        # A payer who paid twice is given back the payment that is named here.
        others = {part["reference"] for part in asked.get("captures", [])} - {payment["reference"]}
        paid = [row for row in map(self.payment_named, others) if row]
        if paid and (len(others) > 1 or len(asked["captures"]) > 1):
            raise Refusal(409, "amount_not_accepted", "one payment at a time")
        payment = paid[0] if paid else payment
        if asked["amount"] > payment["captured"] - payment["refunded"]:
            raise Refusal(409, "amount_not_accepted", "more than was captured")
        self.run(
            "update payments set refunded = refunded + ? where reference = ?",
            asked["amount"], payment["reference"],
        )
        return self.move("refund", asked, payment, asked["amount"])

    def look_up(self, asked):
        table = "payments" if asked["object"] == "payment" else "movements"
        column = "reference" if "reference" in asked else "attempt"
        row = self.one(f"select * from {table} where {column} = ?", asked[column])
        if not row:
            raise Refusal(404, "not_found", "nothing of that name was ever asked for here")
        if table == "payments":
            return 200, {"payment": self.payment(row["reference"])}
        return 200, {"refund": self.movement(row["reference"])}

    # The book

    def move(self, operation, asked, payment, amount):
        reference = new_id(operation)
        self.run(
            "insert into movements values (?, ?, ?, ?, ?, ?)",
            reference, asked["attempt"], operation, payment["reference"], amount,
            "pending" if self.is_slow else "succeeded",
        )
        answer = self.movement(reference)
        if self.is_slow:  # As banks are: accepted now, done later, told by notification.
            self.run("update movements set status = 'succeeded' where reference = ?", reference)
            self.tell("movement.updated", self.movement(reference), payment["notification_url"])
        return answer

    def take(self, reference, status):
        if status == "authorized":
            self.run("update payments set capturable = amount where reference = ?", reference)
        elif status == "captured":
            self.run("update payments set captured = amount where reference = ?", reference)

    def payment_named(self, reference):
        return self.one("select * from payments where reference = ?", reference)

    def payment_row(self, asked):
        row = self.payment_named(asked["payment_reference"])
        if not row:
            raise Refusal(404, "not_found", "no such payment")
        return row

    def payment(self, reference):
        row = self.one("select * from payments where reference = ?", reference)
        shown = {
            name: row[name]
            for name in (
                "reference", "attempt", "status", "amount", "currency", "capturable", "captured"
            )
        }
        shown["multi_capture"] = True
        shown["details"] = {"bank": "Example Bank", "refunded": row["refunded"]}
        if row["status"] == "requires_action":
            shown["redirect_url"] = f"{self.base_url}/pay/{reference}"
        if row["decline"]:
            shown["decline"] = json.loads(row["decline"])
        return shown

    def movement(self, reference):
        row = self.one(
            "select movements.*, currency from movements join payments"
            " on payments.reference = payment_reference where movements.reference = ?", reference
        )
        return dict(row)

    def one(self, statement, *values):
        return self.connection.execute(statement, values).fetchone()

    def run(self, statement, *values):
        self.connection.execute(statement, values)

    # The payer

    def pay(self, reference, agrees):
        """What the payer chose on our page; returns where they go next."""
        with self.lock, self.connection:
            row = self.one("select * from payments where reference = ?", reference)
            if not row:
                return None
            if row["status"] == "requires_action":
                done = "captured" if row["is_sale"] else "authorized"
                status = done if agrees else "declined"
                decline = None if agrees else json.dumps({"class": "soft", "code": "refused"})
                self.run(
                    "update payments set status = ?, decline = ? where reference = ?",
                    status, decline, reference,
                )
                self.take(reference, status)
                self.tell("payment.updated", self.payment(reference), row["notification_url"])
                self.due.set()
            return row["return_url"] or f"{self.base_url}/pay/{reference}"

    # Telling

    def tell(self, event_type, data, url):
        if not url:
            return
        event = {
            "id": new_id("evt"), "type": event_type, "mode": "test",
            "created_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "data": data,
        }
        self.run(
            "insert into notifications values (?, ?, ?, 0, ?)",
            event["id"], url, json.dumps(event), time.time(),
        )

    def tell_for_ever(self):
        """Sends what is due, again and again until it is accepted or given up."""
        while True:
            with self.lock:
                row = self.one("select * from notifications order by due limit 1")
            wait = row["due"] - time.time() if row else None
            if row is None or wait > 0:
                self.due.wait(wait)
                self.due.clear()
                continue
            body = row["body"].encode()
            headers = {"content-type": "application/json", **self.signer.headers(row["id"], body)}
            request = urllib.request.Request(row["url"], body, headers, method="POST")
            try:
                with urllib.request.urlopen(request, timeout=15):
                    is_over = True
            except urllib.error.HTTPError as answer:
                is_over = answer.code == 410  # Gone: nobody wants it any more.
            except OSError:
                is_over = False
            tries = row["tries"] + 1
            with self.lock, self.connection:
                if is_over or tries >= len(NOTIFICATION_WAITS_SECONDS):
                    self.run("delete from notifications where id = ?", row["id"])
                else:
                    self.run(
                        "update notifications set tries = ?, due = ? where id = ?",
                        tries, time.time() + NOTIFICATION_WAITS_SECONDS[tries], row["id"],
                    )


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    bank: Bank

    def do_POST(self):
        length = int(self.headers.get("content-length") or 0)
        if length > MAXIMUM_BODY_BYTES:
            return self.refuse(Refusal(413, "invalid_request", "too large"))
        body = self.rfile.read(length)
        if self.path.startswith("/pay/"):
            return self.choose(body == b"choice=agree")
        operation = self.path.strip("/")
        if operation not in ("authorize", "capture", "void", "refund", "look_up"):
            return self.refuse(Refusal(404, "invalid_request", "no such operation"))
        if not self.bank.signer.is_genuine(self.headers, body):
            return self.refuse(Refusal(401, "unauthorized", "the signature is not ours"))
        try:
            asked = json.loads(body)
            key = self.headers.get("idempotency-key")
            self.reply(*self.bank.answer(operation, key, asked, body))
        except Refusal as refusal:
            self.refuse(refusal)
        except (KeyError, TypeError, ValueError):
            self.refuse(Refusal(400, "invalid_request", "the request cannot be read"))

    def do_GET(self):
        """The page on which the payer agrees."""
        reference = html.escape(self.path.removeprefix("/pay/"), quote=True)
        self.show(
            200,
            f"<form method=post action='/pay/{reference}'>Example Bank"
            "<button name=choice value=agree>Pay</button>"
            "<button name=choice value=refuse>Refuse</button></form>",
        )

    def choose(self, agrees):
        address = self.bank.pay(self.path.removeprefix("/pay/"), agrees)
        if address is None:
            return self.show(404, "No such payment.")
        self.send_response(303)
        self.send_header("location", address)
        self.send_header("content-length", "0")
        self.end_headers()

    def refuse(self, refusal):
        self.reply(refusal.status, error(refusal))

    def reply(self, status, answer):
        self.write(status, "application/json", json.dumps(answer).encode())

    def show(self, status, page):
        self.write(status, "text/html; charset=utf-8", page.encode())

    def write(self, status, content_type, body):
        self.send_response(status)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def error(refusal):
    return {"error": {"code": refusal.code, "message": refusal.message}}


def new_id(kind):
    return f"{kind}_{uuid.uuid4().hex}"


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=0, help="0: the system chooses")
    options.add_argument("--secret", action="append", required=True, help="may be repeated")
    options.add_argument("--database", default=":memory:", help="a file; else nothing is kept")
    options.add_argument("--slow", action="store_true", help="accept movements, tell later")
    options = options.parse_args()
    server = ThreadingHTTPServer((options.host, options.port), Handler)
    base_url = f"http://{options.host}:{server.server_port}"
    Handler.bank = Bank(options.database, Signer(options.secret), base_url, options.slow)
    threading.Thread(target=Handler.bank.tell_for_ever, daemon=True).start()
    print(json.dumps({"base_url": base_url}), flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
