"""Why a storage did not write or read a file, in words for people, by a stable reason. Pure."""

from collections.abc import Mapping

from b24app.text.messages import N_

WORDS: Mapping[str, str] = {
    "none": N_("No storage is chosen yet."),
    "unreadable": N_("The settings of the storage cannot be read any more. Enter them again."),
    "unknown_host": N_("There is no server with this name: check the address letter by letter."),
    "unresolved": N_("The name of the server could not be looked up just now. Try again in a minute."),
    "closed_network": N_("The address leads into a closed network. The operator may allow it by a setting."),
    "port": N_("This port is not called: use 443, 22 for SFTP, or one above 1023."),
    "address": N_("This is not an address of a storage: check it letter by letter."),
    "not_connected": N_("The server does not take the connection: check the address and the port."),
    "silent": N_("The server did not answer in time."),
    "broken_off": N_(
        "The connection broke off before the file was there. Nothing half-written is left in the copy."
    ),
    "certificate": N_("The certificate of the server is not valid, so nothing was sent to it."),
    "moved": N_("The server sends us to another address. We do not follow: enter the right address."),
    "key": N_("The storage does not know this key. Check the key and its secret."),
    "signature": N_("The secret does not fit the key. Enter both again."),
    "password": N_("The storage does not accept this name and password."),
    "app_password": N_(
        "The storage does not accept the password. Yandex Disk wants a password for an application."
    ),
    "private_key": N_("The private key cannot be read. Paste it whole, without a passphrase."),
    "right": N_("The key may not write, read and delete here. Give it the rights for this place."),
    "bucket": N_("There is no such bucket. Make it in the storage first, or check its name."),
    "region": N_("The bucket lies in another region. Enter the region that the storage shows."),
    "folder": N_("There is no such folder, and it could not be made."),
    "no_room": N_("There is no room left in the storage."),
    "too_large": N_("The storage refuses a file of this size."),
    "clock": N_("Our clock and that of the storage differ by more than 15 minutes."),
    "host_key": N_(
        "The server shows another key than at the first check. If it was replaced on purpose, check the storage anew."
    ),
    "other_bytes": N_("A file of this name with other contents lies in the storage. It was left as it is."),
    "damaged": N_("The storage gave back other bytes than were written."),
    "busy": N_("The storage asks for fewer requests just now."),
    "fault": N_("The storage has a fault of its own just now. Perhaps there is no room left in it."),
    "answer": N_("The server answers, but not as a storage of this kind does. Check the address."),
    "not_offered": N_("This installation does not keep copies in a folder of its own."),
    "room_here": N_("The copy is larger than what is kept for a download. Choose a storage."),
    "portal": N_("The portal's Disk did not take the file: check the free space on it."),
    "portal_right": N_(
        "The application may not write to the portal's Disk: it lacks the right or the scope."
    ),
    "portal_silent": N_("The portal's Disk does not answer just now."),
    "too_long": N_("The server answers with more than any list of a copy: it is no storage of this kind."),
    "too_many": N_("There are more files in the storage than a copy can have."),
}
