"""Words and runs of keys that guessers try first, in small letters. What a password has of these counts for nothing."""

_WORDS = """
password passwort contraseña contrasena motdepasse parola senha wachtwoord passw0rd pass1234 pass
letmein welcome willkommen bienvenido bienvenue hello hallo login signin admin administrator root access
secret secreto geheim master superman batman spiderman starwars pokemon dragon monkey princess sunshine
football baseball basketball soccer hockey futbol liverpool arsenal barcelona realmadrid chelsea
iloveyou teamo tequiero loveme love mylove forever family familia freedom whatever trustno1 shadow
michael jordan jessica ashley daniel charlie thomas robert andrew jennifer matthew joshua anthony
hunter killer ranger buster tigger ginger pepper cookie cheese chocolate banana orange
computer internet samsung google facebook microsoft apple iphone windows android
qwertyuiop qwertzuiop azertyuiop qwerty qwertz azerty asdfghjkl asdfgh asdf zxcvbnm yxcvbnm zxcvbn
1qaz2wsx3edc4rfv 1qaz2wsx qazwsxedc qazwsx 1q2w3e4r5t6y 1q2w3e4r5t 1q2w3e4r q1w2e3r4
abcdefghijklmnopqrstuvwxyz abcdefghij abcdefgh abcdef abcd1234 abc123 abcd
12345678901234567890 1234567890 123456789 12345678 1234567 123456 12345 1234 0987654321 987654321 87654321 654321
123123123 123123 112233 121212 123321 111111 222222 333333 555555 666666 777777 888888 999999 000000 696969
2020 2021 2022 2023 2024 2025 2026 2027 2028
january february march april june july august september october november december
summer winter spring autumn monday friday sunday changeme change default temporary temp test testing
clinic clinica praxis hospital health salud doctor physio physiotherapy physiotherapist fisioterapia
fisioterapeuta therapy therapist therapie terapia terapeuta physical rehab rehabilitation patient paciente
telesession telehealth video visit reception recepcion
"""

COMMON = frozenset(_WORDS.split())
