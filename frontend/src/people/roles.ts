import type { Role } from "../api/types";

export const ROLES: { role: Role; label: string; description: string }[] = [
  { role: "admin", label: "Admin", description: "Manages people, trains and promotes models." },
  { role: "expert", label: "Expert", description: "Uploads, delineates and reviews." },
  { role: "trainee", label: "Trainee", description: "Looks at clips and suggestions." },
];

export const roleLabel = (role: Role): string =>
  ROLES.find((each) => each.role === role)?.label ?? role;
