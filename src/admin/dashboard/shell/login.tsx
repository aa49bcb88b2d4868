import { useState } from 'preact/hooks';
import { Failure } from '../components/states.tsx';
import type { SessionAnswer } from '../data/answers.ts';
import { SESSION, send } from '../data/api.ts';
import { connection } from '../data/connection.ts';
import { enter } from '../data/live.ts';
import { type Problem, problemOf } from '../data/problem.ts';
import { useResource } from '../data/resources.ts';

/** The server keeps the session as a cookie that no script can read. */
export function Login() {
  const [problem, setProblem] = useState<Problem>();
  const [asking, setAsking] = useState(false);
  async function login(event: Event): Promise<void> {
    event.preventDefault();
    const token = new FormData(event.currentTarget as HTMLFormElement).get('token');
    setAsking(true);
    try {
      await send('POST', SESSION, { token });
      enter();
    } catch (error) {
      setProblem(problemOf(error));
      setAsking(false);
    }
  }
  return (
    <form class="login" onSubmit={login}>
      <h1 tabIndex={-1}>Log in</h1>
      <p>
        This Understudy asks for its admin token: <code>admin.token</code> of the configuration, or{' '}
        <code>UNDERSTUDY_ADMIN_TOKEN</code>.
      </p>
      {/* Password managers keep a secret under a name. */}
      <input name="username" value="understudy" autocomplete="username" hidden readOnly />
      <label>
        Token
        <input name="token" type="password" autocomplete="current-password" required />
      </label>
      {problem && <Failure problem={problem} />}
      <button type="submit" class="primary" disabled={asking}>
        Log in
      </button>
    </form>
  );
}

/** Where a token is asked for, and the reader has given it. */
export function LogOut() {
  const session = useResource<SessionAnswer>(SESSION);
  if (session.state !== 'ready' || !session.value.required || !session.value.authenticated) return null;
  async function logOut(): Promise<void> {
    await send('DELETE', SESSION);
    connection.refused();
  }
  return (
    <button type="button" onClick={logOut}>
      Log out
    </button>
  );
}
