"""The OpenID Connect client: sends somebody to their provider of identity, and reads who comes back (O1, O2, S5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from authlib.integrations.requests_client import OAuth2Session, OAuthError  # type: ignore[import-untyped]
from authlib.oauth2.rfc7523 import PrivateKeyJWT  # type: ignore[import-untyped]
from requests import RequestException

from webapp.gateways.oidc_metadata import Directory, Metadata, OidcUnavailableError, be_careful
from webapp.gateways.oidc_provider import IDPORTEN, Provider, private_key
from webapp.gateways.oidc_settings import load_providers
from webapp.gateways.oidc_sign_in import LEVELS, Identity, Transaction, code_of, identity_of
from webapp.gateways.oidc_tokens import LogoutToken, OidcRefusedError, Refusal, open_token, read_logout
from webapp.kernel.clock import Clock
from webapp.kernel.ids import digest, new_id, new_secret

__all__ = [
    "Identity",
    "LogoutToken",
    "OidcClient",
    "OidcRefusedError",
    "OidcUnavailableError",
    "Provider",
    "Refusal",
    "Transaction",
    "load_providers",
]

_PROOF_LIFE = 60
_AT_TOKEN = {"invalid_grant": Refusal.REPLAYED, "invalid_client": Refusal.CLIENT, "unauthorized_client": Refusal.CLIENT}


class OidcClient:
    """What one municipality's website and one provider have to do with each other."""

    def __init__(self, provider: Provider, clock: Clock, *, timeout: float = 5.0, allow_loopback: bool = False) -> None:
        self.provider = provider
        self._clock = clock
        self._timeout = timeout
        self._key = private_key(provider.private_key) if provider.private_key else None
        self._directory = Directory(provider.issuer, clock, timeout, allow_loopback=allow_loopback)

    def start(
        self, redirect_uri: str, *, acr: str = "", max_age: int | None = None, prompt: str = "", locale: str = ""
    ) -> tuple[str, Transaction]:
        """Answer where to send the browser, and what must be kept until it comes back."""
        metadata = self._directory.metadata()
        if self.provider.kind == IDPORTEN and not acr:
            acr = LEVELS[1]
        transaction = Transaction(
            new_secret(), new_secret(), new_secret(), redirect_uri, acr, max_age, self._clock.now()
        )
        with self._session(metadata) as session:
            address, _ = session.create_authorization_url(
                metadata.authorization,
                state=transaction.state,
                code_verifier=transaction.verifier,
                nonce=transaction.nonce,
                redirect_uri=redirect_uri,
                scope=" ".join(self.provider.scopes),
                acr_values=acr or " ".join(self.provider.two_factor_acr) or None,
                max_age=None if max_age is None else str(max_age),
                prompt=prompt or None,
                ui_locales=locale or None,
            )
        return str(address), transaction

    def finish(self, transaction: Transaction, query: Mapping[str, str]) -> Identity:
        """Answer who came back; raise OidcRefusedError where it is nobody we may let in, OidcUnavailableError for now.

        The transaction is taken out of the browser's session before this is called, so that it is used once.
        """
        metadata = self._directory.metadata()
        issuer, names_itself = self.provider.issuer, metadata.names_itself
        code = code_of(transaction, query, issuer=issuer, names_itself=names_itself, at=self._clock.now())
        id_token = self._exchange(code, transaction, metadata)
        now = self._clock.now()
        _, claims = open_token(id_token, self.provider, self._directory.keys, now)
        return identity_of(self.provider, transaction, claims, id_token=id_token, at=now)

    def logout_url(self, id_token: str, return_to: str, state: str) -> str:
        """Answer where the browser ends the provider's session; empty where the provider has no such place.

        A token of ID-porten holds the national identity number and stays out of the address (O2).
        """
        address, fields = self.logout_form("" if self.provider.kind == IDPORTEN else id_token, return_to, state)
        return f"{address}{'&' if '?' in address else '?'}{urlencode(fields)}" if address else ""

    def logout_form(self, id_token: str, return_to: str, state: str) -> tuple[str, dict[str, str]]:
        """Answer where a form that ends the provider's session is posted to, and its hidden fields."""
        fields = {"client_id": self.provider.client_id, "post_logout_redirect_uri": return_to, "state": state}
        return self._directory.metadata().end_session, {"id_token_hint": id_token, **fields} if id_token else fields

    def read_logout_token(self, token: str) -> LogoutToken:
        """Answer whose session a provider says is over (OpenID Connect Back-Channel Logout 1.0)."""
        now = self._clock.now()
        header, claims = open_token(token, self.provider, self._directory.keys, now, ends=False)
        return read_logout(header, claims, now)

    def origins(self) -> tuple[str, ...]:
        """Answer the origins that a form of ours may lead on to."""
        return self._directory.origins()

    def session_key(self, sid: str) -> str:
        """Answer what a session of the provider's is found by among ours: 64 hexadecimal digits."""
        return digest(f"{self.provider.issuer}\nsid\n{sid}")

    def subject_key(self, subject: str) -> str:
        """Answer what a person of the provider's is found by among ours: 64 hexadecimal digits."""
        return digest(f"{self.provider.issuer}\nsub\n{subject}")

    def _exchange(self, code: str, transaction: Transaction, metadata: Metadata) -> str:
        """Answer the token that the provider gives for a code; its access token is thrown away."""
        also = {"client_id": self.provider.client_id} if self._key else {}
        try:
            with self._session(metadata) as session:
                answer = session.fetch_token(
                    metadata.token,
                    grant_type="authorization_code",
                    code=code,
                    redirect_uri=transaction.redirect_uri,
                    code_verifier=transaction.verifier,
                    **also,
                )
        except OAuthError as error:
            raise OidcRefusedError(_AT_TOKEN.get(str(error.error), Refusal.TOKEN)) from None
        except (RequestException, ValueError, TypeError, RecursionError) as error:
            raise OidcUnavailableError(f"token: {type(error).__name__}") from None
        return str(answer.get("id_token", ""))

    def _session(self, metadata: Metadata) -> Any:
        """Answer a session that proves to the provider who we are, by the key where we have one."""
        way: Any = "client_secret_basic"
        if self._key:
            now = int(self._clock.now().timestamp())
            claims = {"iat": now, "exp": now + _PROOF_LIFE, "jti": new_id()}
            header = {"kid": self.provider.key_id} if self.provider.key_id else {}
            way = PrivateKeyJWT(self.provider.issuer, claims, header, self._key[1])
        elif not self.provider.client_secret:
            way = "none"
        elif metadata.client_auth and way not in metadata.client_auth:
            way = "client_secret_post"
        session = OAuth2Session(
            self.provider.client_id,
            self._key[0] if self._key else self.provider.client_secret or None,
            token_endpoint_auth_method=way,
            code_challenge_method="S256",
        )
        be_careful(session, self._timeout)
        return session
