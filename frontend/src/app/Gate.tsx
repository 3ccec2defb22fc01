import { Button, Center, Loader, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Navigate, useLocation } from "@tanstack/react-router";
import { meQuery } from "../api/session";
import { DoorPage } from "../login/DoorPage";
import { Problem } from "../parts/Problem";
import { Shell } from "./Shell";

/** Lets a person in who is logged in; sends others to the log-in and then back here. */
export function Gate() {
  const me = useQuery(meQuery);
  const here = useLocation({ select: ({ href }) => href });
  if (me.isPending) {
    return (
      <Center h="100dvh">
        <Loader aria-label="Loading" />
      </Center>
    );
  }
  if (me.data === undefined) {
    return (
      <DoorPage title="Fascicle cannot be reached">
        <Stack>
          <Problem title="No answer" error={me.error} />
          <Button loading={me.isFetching} onClick={() => void me.refetch()}>
            Try again
          </Button>
        </Stack>
      </DoorPage>
    );
  }
  if (me.data === null) {
    // This stays drawn while the address already changes: it must not send the log-in to itself.
    return here.startsWith("/login") ? null : (
      <Navigate to="/login" search={{ next: here }} replace />
    );
  }
  return <Shell />;
}
