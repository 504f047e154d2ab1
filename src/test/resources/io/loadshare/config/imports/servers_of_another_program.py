# set to a gateway outside of the lab
LAN = None
servers = [
    "Oak-06",
    "oak-07",     # 4 cards
    "birch",
    # "elm",
]
exclude_servers = ["oak-07"]
excluded_machines = ["oak-07"]
badhosts = ["birch"]
gpus_exclude = ["Tesla"]
push = "--exclude='[#]*' --include='*.m' -q  # quiet"
ignored_server_processes = ["gnome-shell", "Xorg"]
server_timeout = 7
