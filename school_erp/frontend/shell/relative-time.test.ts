import { strict as assert } from "node:assert";
import { test } from "node:test";
import { relativeTime } from "./relative-time.ts";

const NOON = new Date("2026-11-21T12:00:00Z");
const at = (time: string, language = "en"): string => relativeTime(new Date(time), NOON, language);

test("what happened seconds ago happened this minute", () => {
  assert.equal(at("2026-11-21T11:59:20Z"), "this minute");
});

test("minutes, hours and days are told in the largest that fits", () => {
  assert.equal(at("2026-11-21T11:55:00Z"), "5 minutes ago");
  assert.equal(at("2026-11-21T09:30:00Z"), "2 hours ago");
  assert.equal(at("2026-11-20T11:00:00Z"), "yesterday");
});

test("what is to come is told forwards, and in the page's language", () => {
  assert.equal(at("2026-11-21T12:10:00Z"), "in 10 minutes");
  assert.equal(at("2026-11-21T12:10:00Z", "es"), "dentro de 10 minutos");
});
