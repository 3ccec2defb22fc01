import { createRootRoute, createRoute } from "@tanstack/react-router";
import { Gate } from "./Gate";

export const root = createRootRoute();

/** What hangs on this needs a log-in and stands in the shell. */
export const inside = createRoute({ getParentRoute: () => root, id: "inside", component: Gate });
