"""The prose of the protocol's reference; everything that can be read from the code is filled in by `protocol.py`."""

BEFORE_LIMITS = """\
# The wire, version {protocol}

<!-- Made by `make generate` from telesession/domain/messages.py. Do not edit. -->

Everything a browser and the service say to each other during a visit. A client written from this page alone works.

## From a link to a socket

1. `GET /join/TOKEN` shows the landing page. It changes nothing, so link scanners do no harm.
2. `POST /join/TOKEN` with `Content-Type: application/x-www-form-urlencoded` and a header that proves where it
   comes from (`Sec-Fetch-Site: same-origin`, or `Origin` equal to the service's own). It answers 303 with
   `Location: /visit/PARTICIPANT` and a cookie: `__Host-seat`, or `seat` on plain http at loopback. The cookie
   is the seat; the token is not needed any more. The same browser gets the same participant each time;
   another browser is another participant.
3. Open a WebSocket at `/visit/PARTICIPANT/socket` with that cookie, an `Origin` that is the service's own and
   the subprotocol `{subprotocol}`. Without a right `Origin` the handshake is answered 403,
   without the subprotocol 400.
4. Send `hello` first. The server answers `welcome`.

## Frames

- Text frames, each one JSON object. Its `type` says what it is.
- The server takes exactly the fields below and closes on any other (`malformed`, with a stable code in its
  log). A client ignores fields that it does not know: within version {protocol} fields are only added.
- Instants are RFC 3339 strings in UTC. Fields whose name ends in `_ms` are milliseconds; `server_time_ms`,
  `received_ms` and `answered_ms` count from 1970.
- Nobody names themselves: the socket knows who acts, and the server writes `by` and `from`.

## The order of things

**Joining.** `hello` (`since` null) -> `welcome` with a view. Outside the visit the view is of type `outside`.
Send `participant.knock`; the therapist sees the newcomer in a fresh view and sends `participant.admit`. On
admission the server sends `ice_servers` and then a `view` of type `visit`. Before admission nothing about the
others is sent, and no signal is relayed.

**Numbers.** Every event of a visit has a number, `seq`, from 1 without gaps. A participant is not told every
event, so the numbers that arrive have gaps; remember the highest `seq` of any frame.

**Coming back.** Open a new socket and send `hello` with `since`: the highest `seq` seen. `welcome` has `view`
null when the missed `event` frames follow, and a fresh view when that is simpler for the server. A new socket
of the same seat takes over; the older one gets `goodbye` `superseded` and must not come back by itself.

**Exactly once.** Choose a fresh random `id` for each command and send the command again, with the same `id`,
on every new socket until `done` or `refused` has come. It happens once.

**Letters.** Apply an `event` frame to the view you hold. When an event changes what you may see as a whole, a
`view` frame comes in its place. View and letters together always equal a fresh view.

**Media.** After admission every pair of admitted participants holds one RTCPeerConnection, set up by perfect
negotiation: `is_polite` in the view says whether you yield to that participant when both offer at once. The
polite side offers first. `connection` counts the RTCPeerConnections of the pair from 1; drop descriptions
and candidates of an older one, keep those of a newer one until its description arrives. Signals are never
sent again: after a loss, restart ICE or begin a new connection.

A program that can neither roll back nor restart ICE says so when it knocks: `answers_only`. Then all others are polite
to it and open, and only two such programs keep the usual order. Offered new ICE credentials on a connection that it
has, it asks for a new one (`rtc.wanted` with a higher number).

**Words to compare.** Four words that two people read aloud show that nobody stands between them, because they come
from the certificates of both ends as each browser has checked them. The impolite side sends the SHA-256 of its nonce
(`words.committed`), the polite side its own nonce (`words.answered`), then the impolite side shows the first
(`words.revealed`): whoever chooses last cannot choose what comes out. Nonces are 32 random bytes, hashed as the
64 characters of their hexadecimal form. The words are the first 20 bits, five at a time, of the SHA-256 of
`telesession words 1 KEY KEY NONCE NONCE`, the impolite side's first; a key is `sha-256:` and the certificate's
fingerprint (RFC 8122), all in small letters. Once the words are there they are made again only for another key.

**The clock.** `clock.ping` with your own clock in `sent_ms`; `clock.pong` returns it with the server's two
times. Offset = ((received_ms - sent_ms) + (answered_ms - now)) / 2; trust the answer with the shortest way.
Ping every few seconds: a missing pong is the fastest sign of a dead line.

## Limits
"""

AFTER_LIMITS = """\
Every string and list has its own limit, given with its field below.
"""
