import assert from "node:assert/strict";
import { test } from "node:test";
import { isInApp, wayOutside } from "../../web/static/js/lib/in_app.js";

const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
const ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko)";
const PAGE = new URL("https://visits.example.org/join/abc");

test("apps that show pages by themselves are known by their names", () => {
  for (const agent of [
    `${IPHONE} Mobile/15E148 Instagram 334.0.4.32.98 (iPhone14,5; iOS 17_5; en_US)`,
    `${IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/465.0.0;FBDV/iPhone14,5]`,
    `${IPHONE} Mobile/15E148 WhatsApp/2.24.13`,
    `${IPHONE} Mobile/15E148 Safari Line/14.9.0`,
    `${ANDROID} Version/4.0 Chrome/126.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/465.0]`,
    "Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 Version/4.0 Chrome/126.0 Mobile Safari/537.36",
    `${ANDROID} Chrome/126.0.0.0 Mobile Safari/537.36 KAKAOTALK/10.8`,
  ]) {
    assert.ok(isInApp(agent), agent);
  }
});

test("browsers are not taken for apps", () => {
  for (const agent of [
    `${IPHONE} Version/17.5 Mobile/15E148 Safari/604.1`,
    `${IPHONE} CriOS/126.0 Mobile/15E148 Safari/604.1`,
    `${ANDROID} Chrome/126.0.0.0 Mobile Safari/537.36`,
    `${ANDROID} SamsungBrowser/25.0 Chrome/121.0 Mobile Safari/537.36`,
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0",
  ]) {
    assert.ok(!isInApp(agent), agent);
  }
});

test("each system has its own way to its browser, and a desktop needs none", () => {
  assert.equal(
    wayOutside(ANDROID, PAGE),
    "intent://visits.example.org/join/abc#Intent;scheme=https;action=android.intent.action.VIEW;end",
  );
  assert.equal(wayOutside(IPHONE, PAGE), "x-safari-https://visits.example.org/join/abc");
  assert.equal(wayOutside("Mozilla/5.0 (X11; Linux x86_64)", PAGE), null);
});
