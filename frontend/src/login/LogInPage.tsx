import { useQuery } from "@tanstack/react-query";
import { Navigate, useRouter } from "@tanstack/react-router";
import { meQuery } from "../api/session";
import { DoorPage } from "./DoorPage";
import { LogInForm } from "./LogInForm";

/** An address of this site to return to; anything else leads to the start. */
export const safeNext = (next: string | undefined): string =>
  next !== undefined && /^\/(?![/\\])/.test(next) && !next.startsWith("/login") ? next : "/";

export function LogInPage({ next }: { next: string | undefined }) {
  const router = useRouter();
  const me = useQuery(meQuery).data;
  if (me) return <Navigate to={safeNext(next)} replace />;
  return (
    <DoorPage title="Log in">
      <LogInForm onLoggedIn={() => router.history.replace(safeNext(next))} />
    </DoorPage>
  );
}
