# Generated from openapi/coobird.yaml by scripts/regen.sh. Do not edit.
"""The operations on wallets."""

from __future__ import annotations

from ...types import UNSET, AsyncCalls, Calls, cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ...models.credit_type import CreditType
    from ...models.wallet_balance_response import WalletBalanceResponse
    from ...models.wallet_response import WalletResponse
    from ...models.wallet_transaction_response import WalletTransactionResponse
    from ...types import Unset


class WalletsMethods(Calls):
    """The operations on wallets."""

    def create_wallet(
        self,
        *,
        customer_id: str,
        name: str,
        description: str | Unset = UNSET,
        currency: str | Unset = UNSET,
        conversion_rate: float | Unset = UNSET,
        initial_credits: float | Unset = UNSET,
        auto_recharge_enabled: bool | Unset = UNSET,
        auto_recharge_threshold: float | Unset = UNSET,
        auto_recharge_amount: float | Unset = UNSET,
        allow_negative_balance: bool | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> WalletResponse:
        """Create a wallet.

        Opens an account of prepaid credits for a customer. Credits are decimal numbers, kept to six
        decimal places (half rounds up). With `initial_credits` the first transaction is of type
        `initial` and its credits are `free`. Self-recharging without both a threshold and an amount
        of at least half of 0.000001 credits is refused with 422.

        Args:
            customer_id: The customer who owns the wallet.
            name: The name to show.
            description: Purpose of the wallet.
            currency: The currency that credits are bought in, as an ISO 4217 code, for example
                `USD`. Left out, that of the customer, else `USD`.
            conversion_rate: Number of credits that one major unit of the currency (one US
                dollar, not one cent) buys; 1 if left out.
            initial_credits: The credits to start with; 0 if left out.
            auto_recharge_enabled: True if the wallet recharges itself; false if left out. Needs
                `auto_recharge_threshold` and `auto_recharge_amount`.
            auto_recharge_threshold: Recharge when a deduction leaves fewer credits than this.
            auto_recharge_amount: Number of credits that a recharge adds.
            allow_negative_balance: True if deductions may take the balance below 0; false if
                left out.
            metadata: Notes of your own.
            idempotency_key: Key that makes a repeated call safe. The same key with the same
                body returns the answer of the first call. The same key with another body is refused
                with 409.

        Returns:
            The wallet as stored.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml create_wallet
        """
        from .create_wallet import _parse_response

        return cast(
            "WalletResponse",
            self._call(
                "create_wallet",
                "POST",
                "/wallets",
                _parse_response,
                body={
                    "customer_id": customer_id,
                    "name": name,
                    "description": description,
                    "currency": currency,
                    "conversion_rate": conversion_rate,
                    "initial_credits": initial_credits,
                    "auto_recharge_enabled": auto_recharge_enabled,
                    "auto_recharge_threshold": auto_recharge_threshold,
                    "auto_recharge_amount": auto_recharge_amount,
                    "allow_negative_balance": allow_negative_balance,
                    "metadata": metadata,
                },
                idempotency_key=idempotency_key,
            ),
        )

    def get_wallet(self, wallet_id: str) -> WalletResponse:
        """Get one wallet.

        Returns the wallet with this id, its settings and its balance.

        Args:
            wallet_id: The wallet's id.

        Returns:
            The wallet.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml get_wallet
        """
        from .get_wallet import _parse_response

        return cast(
            "WalletResponse",
            self._call(
                "get_wallet",
                "GET",
                "/wallets/{wallet_id}",
                _parse_response,
                path_params={"wallet_id": wallet_id},
            ),
        )

    def get_wallet_balance(self, wallet_id: str) -> WalletBalanceResponse:
        """Get the balance of a wallet.

        Returns the number of credits that are left, and their value.

        Args:
            wallet_id: The wallet's id.

        Returns:
            The balance.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml get_wallet_balance
        """
        from .get_wallet_balance import _parse_response

        return cast(
            "WalletBalanceResponse",
            self._call(
                "get_wallet_balance",
                "GET",
                "/wallets/{wallet_id}/balance",
                _parse_response,
                path_params={"wallet_id": wallet_id},
            ),
        )

    def top_up_wallet(
        self,
        wallet_id: str,
        *,
        amount: float,
        credit_amount: float | Unset = UNSET,
        credit_type: CreditType | Unset = UNSET,
        description: str | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
    ) -> WalletTransactionResponse:
        """Add credits to a wallet.

        Adds `amount` times the wallet's `conversion_rate` credits, or exactly `credit_amount` if
        that is given. They count as `purchased` unless `credit_type` says otherwise.

        An `idempotency_key` in the body holds for the wallet: the same key with the same body
        answers the first transaction again and changes nothing, the same key with another body is
        refused with 409 (`code` `idempotency_key_reused`).

        Args:
            wallet_id: The wallet's id.
            amount: Amount that is paid in, in major units of the wallet's currency (100 is one
                hundred US dollars). With a conversion rate of 1 this is also the number of credits.
            credit_amount: Number of credits to add; `amount` times the wallet's
                `conversion_rate` if left out.
            credit_type: Source of credits. One of `bonus`, `free`, `promotional`, `purchased`.
            description: Purpose of the top-up.
            idempotency_key: Key that makes this transaction unique within the wallet. Sending
                it again changes nothing.
            metadata: Notes of your own.

        Returns:
            The transaction.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml top_up_wallet
        """
        from .top_up_wallet import _parse_response

        return cast(
            "WalletTransactionResponse",
            self._call(
                "top_up_wallet",
                "POST",
                "/wallets/{wallet_id}/top-up",
                _parse_response,
                path_params={"wallet_id": wallet_id},
                body={
                    "amount": amount,
                    "credit_amount": credit_amount,
                    "credit_type": credit_type,
                    "description": description,
                    "idempotency_key": idempotency_key,
                    "metadata": metadata,
                },
            ),
        )

    def deduct_wallet(
        self,
        wallet_id: str,
        *,
        amount: float,
        description: str | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
    ) -> WalletTransactionResponse:
        """Take credits out of a wallet.

        Takes out `amount` credits at once, or none: if the balance would go below 0 and the wallet
        does not allow that, the answer is 409 with `code` `insufficient_credits`, even if the
        wallet recharges itself.

        A wallet that recharges itself then gets `auto_recharge_amount` credits, once, if fewer than
        `auto_recharge_threshold` are left; that is a transaction of its own, of type `recharge`.

        An `idempotency_key` in the body holds for the wallet: the same key with the same body
        answers the first transaction again and changes nothing, the same key with another body is
        refused with 409 (`code` `idempotency_key_reused`).

        Args:
            wallet_id: The wallet's id.
            amount: Number of credits to deduct.
            description: Purpose that the credits were spent on.
            idempotency_key: Key that makes this transaction unique within the wallet. Sending
                it again changes nothing.
            metadata: Notes of your own.

        Returns:
            The transaction.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml deduct_wallet
        """
        from .deduct_wallet import _parse_response

        return cast(
            "WalletTransactionResponse",
            self._call(
                "deduct_wallet",
                "POST",
                "/wallets/{wallet_id}/deduct",
                _parse_response,
                path_params={"wallet_id": wallet_id},
                body={
                    "amount": amount,
                    "description": description,
                    "idempotency_key": idempotency_key,
                    "metadata": metadata,
                },
            ),
        )


class AsyncWalletsMethods(AsyncCalls):
    """The operations on wallets, awaited."""

    async def create_wallet(
        self,
        *,
        customer_id: str,
        name: str,
        description: str | Unset = UNSET,
        currency: str | Unset = UNSET,
        conversion_rate: float | Unset = UNSET,
        initial_credits: float | Unset = UNSET,
        auto_recharge_enabled: bool | Unset = UNSET,
        auto_recharge_threshold: float | Unset = UNSET,
        auto_recharge_amount: float | Unset = UNSET,
        allow_negative_balance: bool | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
    ) -> WalletResponse:
        """Create a wallet.

        Opens an account of prepaid credits for a customer. Credits are decimal numbers, kept to six
        decimal places (half rounds up). With `initial_credits` the first transaction is of type
        `initial` and its credits are `free`. Self-recharging without both a threshold and an amount
        of at least half of 0.000001 credits is refused with 422.

        Args:
            customer_id: The customer who owns the wallet.
            name: The name to show.
            description: Purpose of the wallet.
            currency: The currency that credits are bought in, as an ISO 4217 code, for example
                `USD`. Left out, that of the customer, else `USD`.
            conversion_rate: Number of credits that one major unit of the currency (one US
                dollar, not one cent) buys; 1 if left out.
            initial_credits: The credits to start with; 0 if left out.
            auto_recharge_enabled: True if the wallet recharges itself; false if left out. Needs
                `auto_recharge_threshold` and `auto_recharge_amount`.
            auto_recharge_threshold: Recharge when a deduction leaves fewer credits than this.
            auto_recharge_amount: Number of credits that a recharge adds.
            allow_negative_balance: True if deductions may take the balance below 0; false if
                left out.
            metadata: Notes of your own.
            idempotency_key: Key that makes a repeated call safe. The same key with the same
                body returns the answer of the first call. The same key with another body is refused
                with 409.

        Returns:
            The wallet as stored.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml create_wallet
        """
        from .create_wallet import _parse_response

        return cast(
            "WalletResponse",
            await self._call(
                "create_wallet",
                "POST",
                "/wallets",
                _parse_response,
                body={
                    "customer_id": customer_id,
                    "name": name,
                    "description": description,
                    "currency": currency,
                    "conversion_rate": conversion_rate,
                    "initial_credits": initial_credits,
                    "auto_recharge_enabled": auto_recharge_enabled,
                    "auto_recharge_threshold": auto_recharge_threshold,
                    "auto_recharge_amount": auto_recharge_amount,
                    "allow_negative_balance": allow_negative_balance,
                    "metadata": metadata,
                },
                idempotency_key=idempotency_key,
            ),
        )

    async def get_wallet(self, wallet_id: str) -> WalletResponse:
        """Get one wallet.

        Returns the wallet with this id, its settings and its balance.

        Args:
            wallet_id: The wallet's id.

        Returns:
            The wallet.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml get_wallet
        """
        from .get_wallet import _parse_response

        return cast(
            "WalletResponse",
            await self._call(
                "get_wallet",
                "GET",
                "/wallets/{wallet_id}",
                _parse_response,
                path_params={"wallet_id": wallet_id},
            ),
        )

    async def get_wallet_balance(self, wallet_id: str) -> WalletBalanceResponse:
        """Get the balance of a wallet.

        Returns the number of credits that are left, and their value.

        Args:
            wallet_id: The wallet's id.

        Returns:
            The balance.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml get_wallet_balance
        """
        from .get_wallet_balance import _parse_response

        return cast(
            "WalletBalanceResponse",
            await self._call(
                "get_wallet_balance",
                "GET",
                "/wallets/{wallet_id}/balance",
                _parse_response,
                path_params={"wallet_id": wallet_id},
            ),
        )

    async def top_up_wallet(
        self,
        wallet_id: str,
        *,
        amount: float,
        credit_amount: float | Unset = UNSET,
        credit_type: CreditType | Unset = UNSET,
        description: str | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
    ) -> WalletTransactionResponse:
        """Add credits to a wallet.

        Adds `amount` times the wallet's `conversion_rate` credits, or exactly `credit_amount` if
        that is given. They count as `purchased` unless `credit_type` says otherwise.

        An `idempotency_key` in the body holds for the wallet: the same key with the same body
        answers the first transaction again and changes nothing, the same key with another body is
        refused with 409 (`code` `idempotency_key_reused`).

        Args:
            wallet_id: The wallet's id.
            amount: Amount that is paid in, in major units of the wallet's currency (100 is one
                hundred US dollars). With a conversion rate of 1 this is also the number of credits.
            credit_amount: Number of credits to add; `amount` times the wallet's
                `conversion_rate` if left out.
            credit_type: Source of credits. One of `bonus`, `free`, `promotional`, `purchased`.
            description: Purpose of the top-up.
            idempotency_key: Key that makes this transaction unique within the wallet. Sending
                it again changes nothing.
            metadata: Notes of your own.

        Returns:
            The transaction.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml top_up_wallet
        """
        from .top_up_wallet import _parse_response

        return cast(
            "WalletTransactionResponse",
            await self._call(
                "top_up_wallet",
                "POST",
                "/wallets/{wallet_id}/top-up",
                _parse_response,
                path_params={"wallet_id": wallet_id},
                body={
                    "amount": amount,
                    "credit_amount": credit_amount,
                    "credit_type": credit_type,
                    "description": description,
                    "idempotency_key": idempotency_key,
                    "metadata": metadata,
                },
            ),
        )

    async def deduct_wallet(
        self,
        wallet_id: str,
        *,
        amount: float,
        description: str | Unset = UNSET,
        idempotency_key: str | Unset = UNSET,
        metadata: Mapping[str, Any] | Unset = UNSET,
    ) -> WalletTransactionResponse:
        """Take credits out of a wallet.

        Takes out `amount` credits at once, or none: if the balance would go below 0 and the wallet
        does not allow that, the answer is 409 with `code` `insufficient_credits`, even if the
        wallet recharges itself.

        A wallet that recharges itself then gets `auto_recharge_amount` credits, once, if fewer than
        `auto_recharge_threshold` are left; that is a transaction of its own, of type `recharge`.

        An `idempotency_key` in the body holds for the wallet: the same key with the same body
        answers the first transaction again and changes nothing, the same key with another body is
        refused with 409 (`code` `idempotency_key_reused`).

        Args:
            wallet_id: The wallet's id.
            amount: Number of credits to deduct.
            description: Purpose that the credits were spent on.
            idempotency_key: Key that makes this transaction unique within the wallet. Sending
                it again changes nothing.
            metadata: Notes of your own.

        Returns:
            The transaction.

        Raises:
            coobird.APIError: The server refused the call, did not answer, or answered in another
                shape; the subclass says which.

        Source: openapi/coobird.yaml deduct_wallet
        """
        from .deduct_wallet import _parse_response

        return cast(
            "WalletTransactionResponse",
            await self._call(
                "deduct_wallet",
                "POST",
                "/wallets/{wallet_id}/deduct",
                _parse_response,
                path_params={"wallet_id": wallet_id},
                body={
                    "amount": amount,
                    "description": description,
                    "idempotency_key": idempotency_key,
                    "metadata": metadata,
                },
            ),
        )
