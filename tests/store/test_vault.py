"""What is sealed opens for its owner, in its place, with the clinic's keys, and not otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telesession.master_keys import MasterKeys, generate
from telesession.store.vault import Cipher, Unreadable, Vault

KEYS = MasterKeys(b"c" * 32, (b"m" * 32,))
NEWER = MasterKeys(b"c" * 32, (b"n" * 32, b"m" * 32))


@given(st.binary(max_size=500), st.text(max_size=50))
def test_what_was_sealed_opens_in_its_place(plain: bytes, place: str) -> None:
    cipher = Cipher(b"k" * 32)

    assert cipher.open(cipher.seal(plain, place), place) == plain


@given(st.binary(max_size=100), st.data())
def test_one_changed_bit_is_seen(plain: bytes, data: st.DataObject) -> None:
    cipher = Cipher(b"k" * 32)
    sealed = bytearray(cipher.seal(plain, "here"))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(Unreadable):
        cipher.open(bytes(sealed), "here")


@pytest.mark.parametrize("length", [0, 5, 12, 27])
def test_what_is_cut_short_is_seen(length: int) -> None:
    cipher = Cipher(b"k" * 32)
    with pytest.raises(Unreadable):
        cipher.open(cipher.seal(b"", "here")[:length], "here")


def test_nothing_opens_elsewhere_or_for_others() -> None:
    sealed = Cipher(b"k" * 32).seal(b"knee", "patients.body:a")

    with pytest.raises(Unreadable):
        Cipher(b"k" * 32).open(sealed, "patients.body:b")
    with pytest.raises(Unreadable):
        Cipher(b"l" * 32).open(sealed, "patients.body:a")


def test_the_same_words_are_never_sealed_alike() -> None:
    cipher = Cipher(b"k" * 32)

    assert len({cipher.seal(b"knee", "here") for _ in range(100)}) == 100


def test_what_is_derived_is_steady_and_differs_by_purpose() -> None:
    cipher = Cipher(b"k" * 32)

    assert cipher.derive("token:1") == cipher.derive("token:1") != cipher.derive("token:2")


def test_a_patients_key_opens_only_for_that_patient() -> None:
    vault = Vault(KEYS)
    wrapped = vault.new_key("pat")

    sealed = vault.cipher("pat", wrapped).seal(b"knee", "here")
    assert vault.cipher("pat", wrapped).open(sealed, "here") == b"knee"
    with pytest.raises(Unreadable):
        vault.cipher("pam", wrapped)


def test_a_rotation_keeps_every_key_and_ends_the_old_master() -> None:
    old = Vault(KEYS).new_key("pat")
    sealed = Vault(KEYS).cipher("pat", old).seal(b"knee", "here")

    fresh = Vault(NEWER).rewrap("pat", old)
    after = Vault(MasterKeys(b"c" * 32, NEWER.masters[:1]))

    assert after.cipher("pat", fresh).open(sealed, "here") == b"knee"
    with pytest.raises(Unreadable):
        after.cipher("pat", old)


def test_keys_are_not_shown_when_printed() -> None:
    keys = generate()

    assert keys.clinic.hex() not in repr(keys)
    assert repr(keys) == "MasterKeys(masters=1)"
