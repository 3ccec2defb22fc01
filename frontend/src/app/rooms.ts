import {
  IconActivityHeartbeat,
  IconBooks,
  IconBrain,
  IconBroadcast,
  IconChecklist,
  IconSchool,
  IconUsers,
  IconUsersGroup,
  type TablerIcon,
} from "@tabler/icons-react";
import type { Role } from "../api/types";

interface Room {
  name: string;
  to: string;
  key: string;
  icon: TablerIcon;
  roles: readonly Role[];
}

/** The rooms of a project, in the order of the bar; a room is shown to its roles only. */
export const ROOMS = [
  {
    name: "Library",
    to: "/projects/$projectId/library",
    key: "l",
    icon: IconBooks,
    roles: ["admin", "expert", "trainee"],
  },
  {
    name: "Queue",
    to: "/projects/$projectId/queue",
    key: "q",
    icon: IconChecklist,
    roles: ["admin", "expert"],
  },
  {
    name: "Agreement",
    to: "/projects/$projectId/agreement",
    key: "a",
    icon: IconUsersGroup,
    roles: ["admin", "expert"],
  },
  {
    name: "Practice",
    to: "/projects/$projectId/practice",
    key: "r",
    icon: IconSchool,
    roles: ["admin", "expert", "trainee"],
  },
  {
    name: "Training",
    to: "/projects/$projectId/training",
    key: "t",
    icon: IconActivityHeartbeat,
    roles: ["admin", "expert"],
  },
  {
    name: "Models",
    to: "/projects/$projectId/models",
    key: "m",
    icon: IconBrain,
    roles: ["admin", "expert"],
  },
  {
    name: "Live",
    to: "/projects/$projectId/live",
    key: "v",
    icon: IconBroadcast,
    roles: ["admin", "expert", "trainee"],
  },
  {
    name: "People",
    to: "/projects/$projectId/people",
    key: "p",
    icon: IconUsers,
    roles: ["admin", "expert", "trainee"],
  },
] as const satisfies readonly Room[];

export type RoomName = (typeof ROOMS)[number]["name"];

export const roomsOf = (role: Role | null) =>
  ROOMS.filter(({ roles }) => role !== null && (roles as readonly Role[]).includes(role));
