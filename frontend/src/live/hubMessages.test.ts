import { expect, it } from "vitest";
import { readHubMessage } from "./hubMessages";

it("reads the hub's greeting", () => {
  const hello = {
    type: "hello",
    session: "s",
    source: "phantom",
    state: "FROZEN",
    reason: "The scanner's picture is frozen.",
    model: { id: "m", number: 3, label: "Femoral 3", state: "running", reason: "", runtime: "OV" },
    classes: [
      { index: 1, code: "artery", name: "Artery", colour: "#d55e00", kind: "vessel" },
      { name: "without an index" },
    ],
    may_command: true,
    commands: ["freeze"],
    recording: { id: "r", seconds: 1.5, frames: 45, lost: 0 },
  };
  expect(readHubMessage(JSON.stringify(hello))).toEqual({
    type: "hello",
    source: "phantom",
    state: "FROZEN",
    reason: "The scanner's picture is frozen.",
    model: { id: "m", label: "Femoral 3", state: "running", reason: "", runtime: "OV" },
    classes: [{ index: 1, code: "artery", name: "Artery", colour: "#d55e00" }],
    mayCommand: true,
    commands: ["freeze"],
    recording: { seconds: 1.5, frames: 45, lost: 0 },
  });
});

it("takes an unknown state for none that shows a picture", () => {
  expect(readHubMessage('{"type":"state","state":"SPLENDID"}')).toEqual({
    type: "state",
    state: "CONNECTING",
    reason: "",
  });
});

it("makes nothing of what is no message, or of a kind to come", () => {
  for (const raw of ["", "null", "[]", "7", "{}", '{"type":"later"}', '{"type":7}', "{"]) {
    expect(readHubMessage(raw)).toBeNull();
  }
});
