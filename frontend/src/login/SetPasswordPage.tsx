import { Alert, Button, PasswordInput, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { fieldErrorsOf, sentenceOf } from "../api/client";
import { setPassword as sendPassword } from "../api/session";
import { DoorPage } from "./DoorPage";

const MINIMUM_LENGTH = 10;

/** Where an invitation or a reset link leads: choose a password, then log in. */
export function SetPasswordPage({ resetKey }: { resetKey: string }) {
  const [password, setPassword] = useState("");
  const [repeated, setRepeated] = useState("");
  const saving = useMutation({ mutationFn: () => sendPassword(resetKey, password) });
  const isDifferent = repeated !== "" && repeated !== password;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (password === repeated) saving.mutate();
  };

  if (saving.isSuccess) {
    return (
      <DoorPage title="Your password is set">
        <Text size="sm" mb="md">
          You can now log in with your e-mail address and this password.
        </Text>
        <Button fullWidth renderRoot={(props) => <Link to="/login" {...props} />}>
          Log in
        </Button>
      </DoorPage>
    );
  }
  const isSpent = saving.isError && "key" in fieldErrorsOf(saving.error);
  return (
    <DoorPage title="Choose your password">
      <form onSubmit={onSubmit}>
        <Stack gap="sm">
          <PasswordInput
            label="New password"
            description={`At least ${MINIMUM_LENGTH} characters; not a common word, not your name.`}
            autoComplete="new-password"
            minLength={MINIMUM_LENGTH}
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <PasswordInput
            label="The same once more"
            autoComplete="new-password"
            required
            value={repeated}
            error={isDifferent ? "The two differ." : undefined}
            onChange={(event) => setRepeated(event.currentTarget.value)}
          />
          {saving.isError && (
            <Alert color="red" variant="light" role="alert">
              {isSpent
                ? "This link has been used or is too old. Ask an admin of your project for a new one."
                : sentenceOf(saving.error)}
            </Alert>
          )}
          <Button type="submit" loading={saving.isPending} disabled={isDifferent} fullWidth mt={4}>
            Set password
          </Button>
        </Stack>
      </form>
    </DoorPage>
  );
}
