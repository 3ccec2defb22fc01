import { notifications } from "@mantine/notifications";
import { sentenceOf } from "../api/client";

/** Say that something worked. */
export function tellDone(message: string, title?: string): void {
  notifications.show({ message, color: "teal", ...(title ? { title } : {}) });
}

/** Say what went wrong, in the server's own sentence. */
export function tellError(error: unknown, title = "That did not work"): void {
  notifications.show({ title, message: sentenceOf(error), color: "red", autoClose: 8000 });
}
