import { Alert, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { sentenceOf } from "../api/client";
import { logIn } from "../api/session";
import type { Me } from "../api/types";

interface LogInFormProps {
  initialEmail?: string;
  onLoggedIn: (me: Me) => void;
}

export function LogInForm({ initialEmail = "", onLoggedIn }: LogInFormProps) {
  const [email, setEmail] = useState(initialEmail);
  const [password, setPassword] = useState("");
  const entering = useMutation({
    mutationFn: () => logIn(email.trim(), password),
    onSuccess: onLoggedIn,
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    entering.mutate();
  };
  return (
    <form onSubmit={onSubmit}>
      <Stack gap="sm">
        <TextInput
          label="E-mail"
          type="email"
          name="email"
          autoComplete="username"
          required
          withAsterisk={false}
          data-autofocus={initialEmail === "" || undefined}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          data-autofocus={initialEmail !== "" || undefined}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {entering.isError && (
          <Alert color="red" variant="light" role="alert">
            {sentenceOf(entering.error)}
          </Alert>
        )}
        <Button type="submit" loading={entering.isPending} fullWidth mt={4}>
          Log in
        </Button>
      </Stack>
    </form>
  );
}
