/** A clock that only moves when told, its timers, and a socket whose other end is the test. */

export class Time {
  now_ms = 1_000_000;
  #due = [];

  /** What the page's modules take as `Timers`. */
  get timers() {
    const time = this;
    return {
      one(run) {
        const timer = {
          at_ms: null,
          start(after_ms) {
            timer.at_ms = time.now_ms + after_ms;
          },
          stop() {
            timer.at_ms = null;
          },
          get isRunning() {
            return timer.at_ms !== null;
          },
          run,
        };
        time.#due.push(timer);
        return timer;
      },
    };
  }

  /** Lets `ms` pass, timer by timer. */
  pass(ms) {
    const end_ms = this.now_ms + ms;
    for (;;) {
      const next = this.#due
        .filter((timer) => timer.at_ms !== null && timer.at_ms <= end_ms)
        .sort((one, other) => one.at_ms - other.at_ms)[0];
      if (!next) break;
      this.now_ms = Math.max(this.now_ms, next.at_ms);
      next.at_ms = null;
      next.run();
    }
    this.now_ms = end_ms;
  }
}

/** The browser's end of a WebSocket; the test speaks for the server. */
export class Line {
  readyState = 0;
  sent = [];
  isClosed = false;
  onopen = null;
  onmessage = null;
  onclose = null;

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.readyState = 3;
    this.isClosed = true;
  }

  open() {
    this.readyState = 1;
    this.onopen?.({});
  }

  say(frame) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  /** The server, or the network, ends it. */
  end(code = 1006) {
    this.readyState = 3;
    this.onclose?.({ code });
  }

  of(type) {
    return this.sent.filter((frame) => frame.type === type);
  }
}
