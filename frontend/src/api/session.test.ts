import { describe, expect, it } from "vitest";
import { allauthError } from "./session";

describe("a refused log-in", () => {
  it("is told in the sentence of the server", () => {
    const error = allauthError(400, {
      errors: [
        { message: "The email address and/or password you specified are not correct.", code: "x" },
      ],
    });
    expect(error.detail).toMatch(/not correct/);
  });

  it("names the field, so that a spent invitation link can be told apart", () => {
    const error = allauthError(400, {
      errors: [{ message: "Invalid key.", code: "invalid_password_reset", param: "key" }],
    });
    expect(error.fields).toHaveProperty("key");
  });

  it("asks for patience when tries come too fast", () => {
    expect(allauthError(429, null).detail).toMatch(/Wait a minute/);
  });
});
